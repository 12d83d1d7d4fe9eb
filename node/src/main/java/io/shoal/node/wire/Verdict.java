package io.shoal.node.wire;

/** What a side says to the other one together with its proof. Append only. */
enum Verdict {
  WELCOME,
  FULL,
  DUPLICATE,
  SHUTTING_DOWN;

  private static final Verdict[] VERDICTS = values();

  /** How the verdict is named on the wire. */
  @SuppressWarnings("EnumOrdinal")
  int code() {
    return ordinal();
  }

  static Verdict of(int code) throws ProtocolException {
    if (code >= VERDICTS.length) {
      throw new ProtocolException("unknown verdict " + code);
    }
    return VERDICTS[code];
  }

  /** What a refusal means to the side that dialled. */
  DialFailure asFailure() {
    return switch (this) {
      case WELCOME -> throw new IllegalStateException("a welcome is no failure");
      case FULL -> DialFailure.FULL;
      case DUPLICATE -> DialFailure.DUPLICATE;
      case SHUTTING_DOWN -> DialFailure.SHUTTING_DOWN;
    };
  }
}
