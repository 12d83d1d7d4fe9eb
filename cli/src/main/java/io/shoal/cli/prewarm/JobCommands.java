package io.shoal.cli.prewarm;

import io.shoal.cli.options.Output;
import io.shoal.cli.options.TrackerOptions;
import io.shoal.client.json.ShoalJson;
import io.shoal.client.prewarm.JobClient;
import io.shoal.client.prewarm.JobList;
import io.shoal.client.prewarm.JobView;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What can be done with jobs that are there. */
final class JobCommands {

  private JobCommands() {}

  /** All of them, in the order in which help shows them. */
  static List<CommandLine> all(Map<String, String> environment, PrintStream out) {
    return List.of(
        named("ls", "List the jobs.", new Ls(out)),
        named(
            "status <job>",
            "Show a job and all its nodes.",
            new OfOne(out, JobClient::get, (c, job) -> c.print(job, JobLines::status))),
        named(
            "watch <job>",
            "Watch a job until it ends. Ctrl-C ends the watching, not the job.",
            new OfOne(out, JobClient::get, (c, job) -> c.watch(job, environment))),
        named(
            "cancel <job>",
            "Give a job up. What has arrived stays.",
            new OfOne(out, JobClient::cancel, OfOne::summary)),
        named(
            "retry <job>",
            "Begin a job anew on the nodes that are not done, and watch it.",
            new Retry(environment, out)));
  }

  private static CommandLine named(String usage, String description, Base command) {
    CommandLine line = new CommandLine(command);
    line.setCommandName(usage.split(" ")[0]);
    line.getCommandSpec()
        .usageMessage()
        .description(description)
        .footerHeading("%nExamples:%n")
        .footer(
            "  shoal prewarm "
                + usage.replace("<job>", "1a2b3c4d")
                + " --tracker https://tracker:4620 --cluster cluster.yml");
    return line;
  }

  /** What all of them take. */
  abstract static class Base implements Callable<Integer> {

    @Mixin TrackerOptions tracker;

    @Option(
        names = "--output",
        paramLabel = "FORM",
        defaultValue = "table",
        description = "table or json (default: ${DEFAULT-VALUE}).")
    Output output;

    final PrintStream out;

    Base(PrintStream out) {
      this.out = out;
    }

    /** Shows the answer; the exit code. */
    <T> int print(T answer, Function<T, List<String>> table) {
      if (output == Output.JSON) {
        out.println(ShoalJson.write(answer));
      } else {
        table.apply(answer).forEach(out::println);
      }
      return 0;
    }
  }

  /** All jobs. */
  @Command(mixinStandardHelpOptions = true)
  private static final class Ls extends Base {

    Ls(PrintStream out) {
      super(out);
    }

    @Override
    public Integer call() {
      JobList jobs = tracker.ask(client -> client.list());
      return print(jobs, JobLines::list);
    }
  }

  /** Something that is done to one job and answered with how it stands. */
  private interface Act {
    JobView on(JobClient client, String id) throws IOException;
  }

  /** What comes after it; the exit code. */
  private interface Then {
    int of(OfOne command, JobView job);
  }

  /** Those that are about one job: they do something to it, and show it. */
  @Command(mixinStandardHelpOptions = true)
  private static class OfOne extends Base {

    @Parameters(paramLabel = "ID", description = "The job.")
    private String id;

    private final Act act;
    private final Then then;

    OfOne(PrintStream out, Act act, Then then) {
      super(out);
      this.act = act;
      this.then = then;
    }

    @Override
    public final Integer call() {
      return show(tracker.ask(client -> act.on(client, id)));
    }

    int show(JobView job) {
      return then.of(this, job);
    }

    int summary(JobView job) {
      return print(job, answer -> List.of(JobLines.summary(answer)));
    }

    int watch(JobView job, Map<String, String> environment) {
      return new JobWatch(tracker, output, out, environment).watch(job);
    }
  }

  /** Begins one anew. */
  @Command(mixinStandardHelpOptions = true)
  private static final class Retry extends OfOne {

    @Option(names = "--detach", description = "Do not wait for its end.")
    private boolean detach;

    Retry(Map<String, String> environment, PrintStream out) {
      super(out, JobClient::retry, (command, job) -> command.watch(job, environment));
    }

    @Override
    int show(JobView job) {
      return detach ? summary(job) : super.show(job);
    }
  }
}
