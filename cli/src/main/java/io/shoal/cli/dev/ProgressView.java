package io.shoal.cli.dev;

import io.shoal.cli.console.Console;
import io.shoal.cli.console.LiveLines;
import io.shoal.cli.dev.report.AgentProgress;
import io.shoal.cli.dev.report.ProgressLines;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Shows how far the pulls are, in the way the place allows. */
interface ProgressView {

  /** How often to call {@link #show}. */
  Duration interval();

  /** Shows the present state. */
  void show(List<AgentProgress> agents);

  /** Drawn in place on a terminal, else in plain lines. */
  static ProgressView on(PrintStream out, Map<String, String> environment) {
    return Console.isLive(environment) ? new Live(LiveLines.on(out, environment)) : new Plain(out);
  }

  /** Shows nothing. */
  static ProgressView none() {
    return new ProgressView() {
      @Override
      public Duration interval() {
        return Duration.ofSeconds(1);
      }

      @Override
      public void show(List<AgentProgress> agents) {
        // nobody looks
      }
    };
  }

  /** A bar for each agent. */
  record Live(LiveLines lines) implements ProgressView {
    @Override
    public Duration interval() {
      return Duration.ofMillis(200);
    }

    @Override
    public void show(List<AgentProgress> agents) {
      lines.draw(ProgressLines.bars(agents));
    }
  }

  /** A line for each agent every now and then, and one when it is done. */
  final class Plain implements ProgressView {

    private final PrintStream out;
    private final Set<String> finished = new HashSet<>();

    Plain(PrintStream out) {
      this.out = out;
    }

    @Override
    public Duration interval() {
      return Duration.ofSeconds(2);
    }

    @Override
    public void show(List<AgentProgress> agents) {
      for (AgentProgress agent : agents) {
        boolean ended = agent.state() != AgentProgress.State.PULLING;
        if (!ended || finished.add(agent.agent())) {
          out.println(ProgressLines.plain(agent));
        }
      }
    }
  }
}
