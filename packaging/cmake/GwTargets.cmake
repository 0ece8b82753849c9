# gw_library / gw_executable / gw_test: the only way a target is made here.
# Every target gets the same warnings, standard, sanitizers and include root,
# and an alias gw::name, so a typo in DEPS is a configure error, not a link error.
add_library(gw_options INTERFACE)
target_compile_features(gw_options INTERFACE cxx_std_20)
target_compile_options(gw_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Wimplicit-fallthrough -Wformat=2
  # Several files compiled as one see each other's constants; dev compiles each alone.
  $<$<NOT:$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>>:-Wshadow>
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op>
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>
  # Precompiled headers that ccache can keep: the same bytes from the same input.
  "$<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>"
  $<$<BOOL:${GW_WERROR}>:-Werror>)
if(GW_SANITIZE)
  target_compile_options(gw_options INTERFACE -fsanitize=${GW_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(gw_options INTERFACE -fsanitize=${GW_SANITIZE})
endif()
if(GW_FUZZ)
  target_compile_options(gw_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
set(CMAKE_CXX_EXTENSIONS OFF)

# ccache, where it is installed, makes the sanitizer builds and the next run cheap.
find_program(GW_CCACHE ccache)
if(GW_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${GW_CCACHE})
endif()

function(gw_library name)
  cmake_parse_arguments(ARG "" "" "SRCS;HDRS;DEPS;PRIVATE_DEPS" ${ARGN})
  if(ARG_SRCS)
    add_library(gw_${name} STATIC ${ARG_SRCS} ${ARG_HDRS})
    target_include_directories(gw_${name} PUBLIC ${PROJECT_SOURCE_DIR})
    target_link_libraries(gw_${name} PUBLIC ${ARG_DEPS} PRIVATE ${ARG_PRIVATE_DEPS} gw_options)
  else()
    add_library(gw_${name} INTERFACE)
    target_include_directories(gw_${name} INTERFACE ${PROJECT_SOURCE_DIR})
    target_link_libraries(gw_${name} INTERFACE ${ARG_DEPS})
  endif()
  add_library(gw::${name} ALIAS gw_${name})
endfunction()

function(gw_executable name)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SRCS})
  target_link_libraries(${name} PRIVATE gw_options ${ARG_DEPS})
endfunction()

# gw_test's executable, with the headers that every test reads compiled once. The program still
# stands alone without them: the tidy preset has none.
function(gw_test_executable name)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SRCS})
  target_link_libraries(${name} PRIVATE gw_options ${ARG_DEPS} GTest::gmock_main)
endfunction()

# Registers the executable as a test. In ctest its name has GW_TEST_PREFIX in front, which tells the
# builds apart when one run takes several.
function(gw_add_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "LABELS;ENVIRONMENT" ${ARGN})
  set(test ${GW_TEST_PREFIX}${name})
  add_test(NAME ${test} COMMAND ${name})
  if(ARG_TIMEOUT)
    set_tests_properties(${test} PROPERTIES TIMEOUT ${ARG_TIMEOUT})
  endif()
  if(ARG_LABELS)
    set_tests_properties(${test} PROPERTIES LABELS "${ARG_LABELS}")
  endif()
  if(ARG_ENVIRONMENT)
    set_tests_properties(${test} PROPERTIES ENVIRONMENT "${ARG_ENVIRONMENT}")
  endif()
  # Tests in the lab wait for packets: alone, so that a busy machine does not make them wrong.
  if("root" IN_LIST ARG_LABELS)
    set_tests_properties(${test} PROPERTIES RUN_SERIAL TRUE)
  endif()
endfunction()

function(gw_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SRCS;DEPS;LABELS" ${ARGN})
  gw_test_executable(${name} SRCS ${ARG_SRCS} DEPS ${ARG_DEPS})
  target_precompile_headers(${name} REUSE_FROM gw_test_pch)
  gw_add_test(${name} LABELS ${ARG_LABELS} TIMEOUT ${ARG_TIMEOUT})
endfunction()

function(gw_fuzzer name)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SRCS})
  target_link_libraries(${name} PRIVATE gw_options ${ARG_DEPS})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
endfunction()

# The rooms of the window: as gw_library, with moc, and with Qt's guards on (style guide, "Qt").
function(gw_gui_options target)
  set_target_properties(${target} PROPERTIES AUTOMOC ON)
  target_compile_definitions(${target} PRIVATE QT_NO_KEYWORDS QT_NO_CAST_FROM_ASCII)
endfunction()

function(gw_gui_library name)
  gw_library(${name} ${ARGN})
  gw_gui_options(gw_${name})
endfunction()

# A test with a QApplication, without a screen (tests/admin-gui/support/gui_main.cc). The rooms below
# the widgets are tested without them: NO_WIDGETS has a QGuiApplication.
function(gw_gui_test name)
  cmake_parse_arguments(ARG "NO_WIDGETS" "TIMEOUT" "SRCS;DEPS;LABELS" ${ARGN})
  set(main gw::test_gui_main)
  if(ARG_NO_WIDGETS)
    set(main gw::test_session_main)
  endif()
  gw_test_executable(${name} SRCS ${ARG_SRCS} DEPS ${main} ${ARG_DEPS})
  gw_gui_options(${name})
  if(NOT ARG_NO_WIDGETS)
    target_precompile_headers(${name} REUSE_FROM gw_gui_test_pch)
  endif()
  gw_add_test(${name} LABELS ${ARG_LABELS} TIMEOUT ${ARG_TIMEOUT}
    ENVIRONMENT QT_QPA_PLATFORM=offscreen)
endfunction()
