package io.shoal.cli.prewarm;

import io.shoal.cli.console.Causes;
import io.shoal.cli.console.Console;
import io.shoal.cli.console.LiveLines;
import io.shoal.cli.console.RateWindow;
import io.shoal.cli.console.UserError;
import io.shoal.cli.options.Output;
import io.shoal.cli.options.TrackerOptions;
import io.shoal.client.json.ShoalJson;
import io.shoal.client.prewarm.JobClient;
import io.shoal.client.prewarm.JobRefusedException;
import io.shoal.client.prewarm.JobState;
import io.shoal.client.prewarm.JobView;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;

/** Looks at a job once a second until it has ended. Ctrl-C ends the looking, not the job. */
final class JobWatch {

  private static final long INTERVAL_MILLIS = 1000;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long PLAIN_EVERY_NANOS = Duration.ofSeconds(5).toNanos();

  private final TrackerOptions tracker;
  private final JobClient jobs;
  private final Output output;
  private final PrintStream out;
  private final boolean live;
  private final LiveLines terminal;
  private final RateWindow rate = new RateWindow();
  private long lastSummaryNanos = System.nanoTime();

  JobWatch(
      TrackerOptions tracker, Output output, PrintStream out, Map<String, String> environment) {
    this.tracker = tracker;
    this.jobs = tracker.client();
    this.output = output;
    this.out = out;
    this.live = output == Output.TABLE && Console.isLive(environment);
    this.terminal = LiveLines.on(out, environment);
  }

  /** Watches; the exit code of the command. */
  int watch(JobView first) {
    String back = "the job goes on; watch it: " + command("watch", first);
    Thread detached = new Thread(() -> System.err.println("\ndetached, " + back));
    Runtime.getRuntime().addShutdownHook(detached);
    try {
      JobView last = untilEnded(first, back);
      finish(last);
      return last.state() == JobState.DONE ? 0 : UserError.FAILED;
    } finally {
      removeHook(detached);
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already, and the hook speaks.
    }
  }

  String command(String verb, JobView job) {
    return "shoal prewarm " + verb + " " + job.id() + tracker.asGiven();
  }

  private JobView untilEnded(JobView first, String back) {
    JobView job = first;
    if (output == Output.TABLE && !live) {
      JobLines.troubled(first).forEach(out::println);
    }
    show(first, first);
    while (job.state() == JobState.RUNNING) {
      JobView next = look(job.id(), back);
      show(job, next);
      job = next;
    }
    return job;
  }

  /** A tracker that restarts is waited for. */
  private JobView look(String id, String back) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      pause();
      try {
        return jobs.get(id);
      } catch (JobRefusedException e) {
        throw tracker.failed(e);
      } catch (IOException e) {
        if (System.nanoTime() - deadline > 0) {
          throw UserError.failed("the tracker is gone (" + Causes.text(e) + "), " + back);
        }
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(INTERVAL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw UserError.failed("interrupted");
    }
  }

  private void show(JobView before, JobView now) {
    rate.add(System.nanoTime(), now.bytesDone());
    if (live) {
      terminal.draw(JobLines.live(now, rate.bytesPerSecond()));
    } else if (output == Output.TABLE) {
      JobLines.news(before, now).forEach(out::println);
      boolean due = System.nanoTime() - lastSummaryNanos > PLAIN_EVERY_NANOS;
      if (due && now.state() == JobState.RUNNING) {
        out.println(JobLines.bar(now, rate.bytesPerSecond()));
        lastSummaryNanos = System.nanoTime();
      }
      out.flush();
    }
  }

  private void finish(JobView job) {
    if (output == Output.JSON) {
      out.println(ShoalJson.write(job));
    } else {
      if (!live) {
        out.println(JobLines.summary(job));
        out.println(JobLines.bar(job, 0));
        JobLines.failed(job).forEach(out::println);
      }
      if (job.state() != JobState.DONE) {
        out.println("try the rest again: " + command("retry", job));
      }
    }
    out.flush();
  }
}
