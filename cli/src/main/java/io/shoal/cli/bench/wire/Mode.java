package io.shoal.cli.bench.wire;

/** What is measured: who sends, and what the receiver does with what comes in. */
enum Mode {
  /** Read from the file and written to a plain socket; dropped. */
  PLAIN_COPY("plain copy, dropped", true, false, false),
  /** Sent by sendfile over a plain socket; dropped. */
  SENDFILE("sendfile, dropped", true, false, false),
  /** The bare path: sendfile, one SHA-256 pass, written; one thread. */
  BARE("sendfile, SHA-256 and write", true, true, true),
  /** SHA-256 over memory, no socket at all. */
  SHA256("SHA-256 alone", true, true, false),
  /** Shoal's links. */
  LINK("link, dropped", false, false, false),
  /** Links, pieces checked against their states. */
  LINK_CHECK("link, checked", false, true, false),
  /** Links, pieces written to the store. */
  LINK_WRITE("link, written", false, false, true),
  /** Links, pieces checked and written. */
  LINK_CHECK_WRITE("link, checked and written", false, true, true),
  /** A whole node that fetches a blob from an origin: engine, links, check, store, commit. */
  NODE("whole node", false, true, true);

  private final String title;
  private final boolean bare;
  private final boolean checks;
  private final boolean writes;

  Mode(String title, boolean bare, boolean checks, boolean writes) {
    this.title = title;
    this.bare = bare;
    this.checks = checks;
    this.writes = writes;
  }

  /** For people. */
  String title() {
    return title;
  }

  /** Whether it does without Shoal's code and so is a ceiling. */
  boolean bare() {
    return bare;
  }

  boolean checks() {
    return checks;
  }

  boolean writes() {
    return writes;
  }
}
