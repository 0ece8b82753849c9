# cmake -DOUTPUT=FILE -DFUNCTION=NAME -DFILES=a.sql;b.sql -P embed.cmake
# Writes a .cc whose function NAME (declared in common/store/migrate.h) returns the files, in order,
# as raw string literals, so that no program looks for SQL files at run time.
set(entries "")
foreach(file IN LISTS FILES)
  file(READ "${file}" sql)
  get_filename_component(name "${file}" NAME)
  string(APPEND entries "    {\"${name}\", R\"gw_sql(${sql})gw_sql\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "#include \"common/store/migrate.h\"

namespace gw {

absl::Span<const Migration> ${FUNCTION}() {
  static const Migration kMigrations[] = {
${entries}  };
  return kMigrations;
}

}  // namespace gw
")
