package io.shoal.tracker;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.shoal.client.prewarm.JobList;
import io.shoal.client.prewarm.JobState;
import io.shoal.tracker.jobs.JobService;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** Shows how pre-warm jobs stand. */
final class JobMeters {

  private JobMeters() {}

  static void show(JobService jobs, MeterRegistry meters) {
    for (JobState state : JobState.values()) {
      Gauge.builder(
              "shoal.prewarm.jobs",
              () -> jobs.list().jobs().stream().filter(job -> job.state() == state).count())
          .description("Pre-warm jobs that the tracker remembers")
          .tag("state", state.name().toLowerCase(Locale.ROOT))
          .register(meters);
    }
    nodes(jobs, meters, "done", JobList.Entry::done);
    nodes(jobs, meters, "failed", JobList.Entry::failed);
    nodes(jobs, meters, "other", job -> job.nodes() - job.done() - job.failed());
    bytes(
        jobs,
        meters,
        "done",
        "Bytes that running jobs have on their nodes",
        JobList.Entry::bytesDone);
    bytes(
        jobs,
        meters,
        "total",
        "Bytes that running jobs are about, as far as it is known",
        JobList.Entry::bytesTotal);
  }

  private static void nodes(
      JobService jobs, MeterRegistry meters, String state, ToLongFunction<JobList.Entry> count) {
    Gauge.builder("shoal.prewarm.nodes", () -> running(jobs, count))
        .description("Nodes of running jobs")
        .tag("state", state)
        .register(meters);
  }

  private static void bytes(
      JobService jobs,
      MeterRegistry meters,
      String what,
      String description,
      ToLongFunction<JobList.Entry> count) {
    Gauge.builder("shoal.prewarm." + what, () -> running(jobs, count))
        .baseUnit("bytes")
        .description(description)
        .register(meters);
  }

  private static long running(JobService jobs, ToLongFunction<JobList.Entry> count) {
    return jobs.list().jobs().stream()
        .filter(job -> job.state() == JobState.RUNNING)
        .mapToLong(count)
        .sum();
  }
}
