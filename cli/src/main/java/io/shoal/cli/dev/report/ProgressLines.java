package io.shoal.cli.dev.report;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import io.shoal.core.units.ByteSize;
import java.util.List;

/** Progress in words: one line for each agent. */
public final class ProgressLines {

  private static final int BAR_CELLS = 24;

  private ProgressLines() {}

  /** With a bar, for a screen that is drawn again and again. */
  public static List<String> bars(List<AgentProgress> agents) {
    return agents.stream().map(ProgressLines::bar).toList();
  }

  /** Without drawing, for logs and pipes. */
  public static String plain(AgentProgress agent) {
    return switch (agent.state()) {
      case PULLING ->
          format(
              ROOT,
              "%s: %d %%, %s at %s, from %s",
              agent.agent(),
              agent.percent(),
              ByteSize.format(agent.receivedBytes()),
              rate(agent),
              sources(agent.bytes()));
      case DONE ->
          format(
              ROOT,
              "%s: done, %s, from %s",
              agent.agent(),
              ByteSize.format(agent.receivedBytes()),
              sources(agent.bytes()));
      case FAILED ->
          format(
              ROOT, "%s: failed after %s", agent.agent(), ByteSize.format(agent.receivedBytes()));
    };
  }

  private static String bar(AgentProgress agent) {
    int filled = BAR_CELLS * agent.percent() / 100;
    String bar = "#".repeat(filled) + ".".repeat(BAR_CELLS - filled);
    String right =
        switch (agent.state()) {
          case PULLING -> format(ROOT, "%11s", rate(agent));
          case DONE -> format(ROOT, "%11s", "done");
          case FAILED -> format(ROOT, "%11s", "FAILED");
        };
    return format(
        ROOT,
        "%-9s [%s] %3d %% %9s %s  %s",
        agent.agent(),
        bar,
        agent.percent(),
        ByteSize.format(agent.receivedBytes()),
        right,
        sources(agent.bytes()));
  }

  /** Which part of the agent's bytes came from where, sources that gave nothing left out. */
  private static String sources(SourceBytes bytes) {
    long all = bytes.overNetwork() + bytes.cache();
    if (all == 0) {
      return "-";
    }
    StringBuilder text = new StringBuilder();
    append(text, "peers", bytes.peer(), all);
    append(text, "origin", bytes.origin(), all);
    append(text, "upstream", bytes.upstream(), all);
    append(text, "own disk", bytes.cache(), all);
    return text.toString();
  }

  private static void append(StringBuilder text, String source, long bytes, long all) {
    if (bytes > 0) {
      text.append(text.isEmpty() ? "" : ", ");
      text.append(source).append(' ').append(Math.round(100.0 * bytes / all)).append(" %");
    }
  }

  private static String rate(AgentProgress agent) {
    return ByteSize.format(agent.bytesPerSecond()) + "/s";
  }
}
