// Nothing: the precompiled header of the tests (tests/CMakeLists.txt) must belong to some program.
