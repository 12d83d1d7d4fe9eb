package io.shoal.cli.prewarm;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import io.shoal.cli.console.ProgressBar;
import io.shoal.cli.console.TextTable;
import io.shoal.client.prewarm.JobList;
import io.shoal.client.prewarm.JobPreview;
import io.shoal.client.prewarm.JobView;
import io.shoal.client.prewarm.NodeNeed;
import io.shoal.client.prewarm.NodeState;
import io.shoal.client.prewarm.NodeView;
import io.shoal.core.units.ByteSize;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Jobs in words. */
final class JobLines {

  private static final int MOST_SLOW = 3;
  private static final int MOST_ZONES = 8;
  private static final int MOST_TROUBLED = 10;

  private JobLines() {}

  /** What a person watches. */
  static List<String> live(JobView job, long bytesPerSecond) {
    List<String> lines = new ArrayList<>();
    lines.add(summary(job));
    lines.add(bar(job, bytesPerSecond));
    lines.addAll(zones(job));
    job.nodes().stream()
        .filter(n -> n.state() == NodeState.RUNNING)
        .sorted(Comparator.comparingInt(JobLines::percent))
        .limit(MOST_SLOW)
        .forEach(n ->
            lines.add(
                format(
                    ROOT,
                    "slowest  %s  %d %%%s",
                    n.node(),
                    percent(n),
                    n.reason().map(reason -> "  " + reason).orElse(""))));
    lines.addAll(troubled(job));
    return lines;
  }

  /** The nodes that are stalled or have failed, with their reasons. */
  static List<String> troubled(JobView job) {
    List<String> lines = new ArrayList<>(troubled(job, NodeState.STALLED, "stalled"));
    lines.addAll(failed(job));
    return lines;
  }

  /** The nodes that failed, with their reasons. */
  static List<String> failed(JobView job) {
    return troubled(job, NodeState.FAILED, "failed");
  }

  /** One line about the nodes. */
  static String summary(JobView job) {
    StringBuilder line =
        new StringBuilder(
            format(
                ROOT,
                "job %s %s: %d of %d nodes done",
                job.id(),
                job.state().name().toLowerCase(ROOT),
                job.count(NodeState.DONE),
                job.nodes().size()));
    for (NodeState state :
        List.of(
            NodeState.RUNNING,
            NodeState.STALLED,
            NodeState.PENDING,
            NodeState.FAILED,
            NodeState.CANCELLED)) {
      int count = job.count(state);
      if (count > 0) {
        line.append(format(ROOT, ", %d %s", count, state.name().toLowerCase(ROOT)));
      }
    }
    return line.toString();
  }

  /** One line about the bytes. Nodes that have not begun are taken to need as much as others. */
  static String bar(JobView job, long bytesPerSecond) {
    return ProgressBar.line(job.bytesDone(), expectedBytes(job), bytesPerSecond);
  }

  private static long expectedBytes(JobView job) {
    long most = job.nodes().stream().mapToLong(NodeView::bytesTotal).max().orElse(0);
    return job.nodes().stream()
        .mapToLong(n -> n.bytesTotal() > 0 ? n.bytesTotal() : n.state().ended() ? 0 : most)
        .sum();
  }

  private static List<String> zones(JobView job) {
    Map<String, List<NodeView>> byZone =
        job.nodes().stream()
            .filter(n -> n.zone().isPresent())
            .collect(
                Collectors.groupingBy(
                    n -> n.zone().orElseThrow(), TreeMap::new, Collectors.toList()));
    List<String> lines = new ArrayList<>();
    byZone.entrySet().stream()
        .limit(MOST_ZONES)
        .forEach(
            zone -> lines.add(format(ROOT, "zone %s  %s", zone.getKey(), counts(zone.getValue()))));
    if (byZone.size() > MOST_ZONES) {
      lines.add(format(ROOT, "and %d more zones", byZone.size() - MOST_ZONES));
    }
    return lines;
  }

  private static String counts(List<NodeView> nodes) {
    long done = nodes.stream().filter(n -> n.state() == NodeState.DONE).count();
    long bytes = nodes.stream().mapToLong(NodeView::bytesDone).sum();
    return format(ROOT, "%d of %d done, %s", done, nodes.size(), ByteSize.format(bytes));
  }

  private static List<String> troubled(JobView job, NodeState state, String word) {
    List<String> all =
        job.nodes().stream()
            .filter(n -> n.state() == state)
            .map(n -> word + "  " + n.node() + "  " + n.reason().orElse(""))
            .toList();
    List<String> lines = new ArrayList<>(all.subList(0, Math.min(MOST_TROUBLED, all.size())));
    if (all.size() > MOST_TROUBLED) {
      lines.add(format(ROOT, "and %d more %s", all.size() - MOST_TROUBLED, word));
    }
    return lines;
  }

  private static int percent(NodeView node) {
    return node.bytesTotal() == 0 ? 0 : (int) (100 * node.bytesDone() / node.bytesTotal());
  }

  /** What happened between two looks, a line for every node that is in another state now. */
  static List<String> news(JobView before, JobView now) {
    Map<String, NodeState> states =
        before.nodes().stream().collect(Collectors.toMap(NodeView::node, NodeView::state));
    return now.nodes().stream()
        .filter(n -> n.state() != states.getOrDefault(n.node(), NodeState.PENDING))
        .map(n ->
            n.node()
                + " "
                + n.state().name().toLowerCase(ROOT)
                + n.reason().map(reason -> ": " + reason).orElse(""))
        .toList();
  }

  /** A job with all its nodes. */
  static List<String> status(JobView job) {
    List<String> lines = new ArrayList<>();
    lines.add(summary(job));
    job.request().images().forEach(image -> lines.add("image " + image));
    TextTable table = new TextTable("node", "zone", "state", "bytes", "of", "");
    for (NodeView node : job.nodes()) {
      table.row(
          node.node(),
          node.zone().orElse("-"),
          node.state().name().toLowerCase(ROOT),
          ByteSize.format(node.bytesDone()),
          node.bytesTotal() == 0 ? "?" : ByteSize.format(node.bytesTotal()),
          node.reason().orElse(""));
    }
    lines.addAll(table.lines());
    return lines;
  }

  /** What each node would fetch, and all of them together. */
  static List<String> preview(JobPreview preview) {
    TextTable table = new TextTable("node", "needs", "of", "");
    for (NodeNeed node : preview.nodes()) {
      table.row(
          node.node(),
          node.bytesNeeded().map(ByteSize::format).orElse("?"),
          node.bytesTotal().map(ByteSize::format).orElse("?"),
          node.reason().orElse(""));
    }
    List<String> lines = new ArrayList<>(table.lines());
    long needed = preview.nodes().stream().mapToLong(n -> n.bytesNeeded().orElse(0L)).sum();
    lines.add(format(ROOT, "%d nodes need %s", preview.nodes().size(), ByteSize.format(needed)));
    return lines;
  }

  /** All jobs. */
  static List<String> list(JobList jobs) {
    if (jobs.jobs().isEmpty()) {
      return List.of("no jobs");
    }
    TextTable table = new TextTable("job", "state", "nodes", "done", "failed", "created", "images");
    for (JobList.Entry job : jobs.jobs()) {
      table.row(
          job.id(),
          job.state().name().toLowerCase(ROOT),
          Integer.toString(job.nodes()),
          Integer.toString(job.done()),
          Integer.toString(job.failed()),
          Instant.ofEpochMilli(job.createdAtMillis()).truncatedTo(ChronoUnit.SECONDS).toString(),
          String.join(" ", job.images()));
    }
    return table.lines();
  }
}
