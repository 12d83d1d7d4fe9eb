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
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What can be done with jobs that are there. */
final class JobCommands {

  private JobCommands() {}

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

    <T> void print(T answer, Function<T, List<String>> table) {
      if (output == Output.JSON) {
        out.println(ShoalJson.write(answer));
      } else {
        table.apply(answer).forEach(out::println);
      }
    }
  }

  /** Something that is done to one job and answered with how it stands. */
  interface Act {
    JobView on(JobClient client, String id) throws IOException;
  }

  /** Those that are about one job: they do something to it, and show it. */
  abstract static class OfOne extends Base {

    @Parameters(paramLabel = "ID", description = "The job.")
    private String id;

    private final Act act;

    OfOne(PrintStream out, Act act) {
      super(out);
      this.act = act;
    }

    abstract int show(JobView job);

    @Override
    public final Integer call() {
      return show(tracker.ask(client -> act.on(client, id)));
    }

    int summary(JobView job) {
      print(job, answer -> List.of(JobLines.summary(answer)));
      return 0;
    }
  }

  /** All jobs. */
  @Command(
      name = "ls",
      description = "List the jobs.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = {"  shoal prewarm ls --tracker https://tracker:4620 --cluster cluster.yml"})
  static final class Ls extends Base {

    Ls(PrintStream out) {
      super(out);
    }

    @Override
    public Integer call() {
      JobList jobs = tracker.ask(client -> client.list());
      print(jobs, JobLines::list);
      return 0;
    }
  }

  /** One job as it stands. */
  @Command(
      name = "status",
      description = "Show a job and all its nodes.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = {
        "  shoal prewarm status 1a2b3c4d --tracker https://tracker:4620 --cluster cluster.yml"
      })
  static final class Status extends OfOne {

    Status(PrintStream out) {
      super(out, JobClient::get);
    }

    @Override
    int show(JobView job) {
      print(job, JobLines::status);
      return 0;
    }
  }

  /** One job until it ends. */
  @Command(
      name = "watch",
      description = "Watch a job until it ends. Ctrl-C ends the watching, not the job.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = {
        "  shoal prewarm watch 1a2b3c4d --tracker https://tracker:4620 --cluster cluster.yml"
      })
  static final class Watch extends OfOne {

    private final Map<String, String> environment;

    Watch(Map<String, String> environment, PrintStream out) {
      super(out, JobClient::get);
      this.environment = environment;
    }

    @Override
    int show(JobView job) {
      return new JobWatch(tracker, output, out, environment).watch(job);
    }
  }

  /** Gives one up. */
  @Command(
      name = "cancel",
      description = "Give a job up. What has arrived stays.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = {
        "  shoal prewarm cancel 1a2b3c4d --tracker https://tracker:4620 --cluster cluster.yml"
      })
  static final class Cancel extends OfOne {

    Cancel(PrintStream out) {
      super(out, JobClient::cancel);
    }

    @Override
    int show(JobView job) {
      return summary(job);
    }
  }

  /** Begins one anew. */
  @Command(
      name = "retry",
      description = "Begin a job anew on the nodes that are not done, and watch it.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = {
        "  shoal prewarm retry 1a2b3c4d --tracker https://tracker:4620 --cluster cluster.yml"
      })
  static final class Retry extends OfOne {

    private final Map<String, String> environment;

    @Option(names = "--detach", description = "Do not wait for its end.")
    private boolean detach;

    Retry(Map<String, String> environment, PrintStream out) {
      super(out, JobClient::retry);
      this.environment = environment;
    }

    @Override
    int show(JobView job) {
      return detach ? summary(job) : new JobWatch(tracker, output, out, environment).watch(job);
    }
  }
}
