# Sourced by ./mvnw and ./shoal: sets JAVA_HOME to a JDK 25, or says what is missing and ends.
#
# The order: JAVA_HOME when it is a JDK 25 already, JDK25_HOME, the JDK on the PATH, and then the
# folders where package managers and version managers put JDKs. A newcomer whose `java` is an older
# one needs no settings at all. JDK25_TOOL=java accepts a run-time without a compiler.

is_jdk25() {
  [ -x "$1/bin/${JDK25_TOOL:-javac}" ] && grep -q '^JAVA_VERSION="25[".]' "$1/release" 2>/dev/null
}

find_jdk25() {
  is_jdk25 "${JAVA_HOME-}" && return 0
  tool_on_path=$(command -v "${JDK25_TOOL:-javac}" 2>/dev/null || true)
  if [ -n "$tool_on_path" ]; then
    tool_on_path=$(readlink -f "$tool_on_path" 2>/dev/null || printf '%s' "$tool_on_path")
  fi
  for candidate in "${JDK25_HOME-}" "${JAVA_HOME_25_X64-}" "${tool_on_path%/bin/*}" \
    /usr/lib/jvm/* "${HOME-}"/.sdkman/candidates/java/* "${HOME-}"/.jdks/* /opt/*jdk* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if is_jdk25 "$candidate"; then
      JAVA_HOME=$candidate
      export JAVA_HOME
      return 0
    fi
  done
  return 1
}

# mvnw runs with globbing off (set -f); the search needs it.
case $- in
*f*) globbing_was_off=1 ;;
*) globbing_was_off= ;;
esac
set +f
if ! find_jdk25; then
  echo "Shoal needs a JDK 25: install one (for example Temurin 25) or set JAVA_HOME to it." >&2
  exit 1
fi
if [ -n "$globbing_was_off" ]; then set -f; fi
