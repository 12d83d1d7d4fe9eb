package io.shoal.cli.status;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import io.shoal.client.tracker.FleetView;
import io.shoal.client.tracker.FleetView.MemberView;
import io.shoal.client.tracker.NodeStats;
import io.shoal.core.peer.PeerRole;
import io.shoal.core.units.ByteSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How the fleet is, in a few lines: its size, what it saved, what is wrong with it. */
final class FleetHealth {

  /** Two heartbeats of the default interval; a tracker drops a member after three. */
  private static final Duration SILENT = Duration.ofSeconds(20);

  private static final int MOST_NAMED = 10;

  private FleetHealth() {}

  static List<String> lines(FleetView fleet) {
    List<String> lines = new ArrayList<>();
    lines.add(
        format(
            ROOT,
            "%s, %s",
            counted(count(fleet, PeerRole.AGENT), "agent"),
            counted(count(fleet, PeerRole.ORIGIN), "origin")));
    lines.add(saved(fleet));
    lines.addAll(onTheirWay(fleet));
    List<String> problems = problems(fleet);
    if (problems.isEmpty()) {
      lines.add("all members are well");
    }
    lines.addAll(problems.subList(0, Math.min(MOST_NAMED, problems.size())));
    if (problems.size() > MOST_NAMED) {
      lines.add(format(ROOT, "and %d more problems", problems.size() - MOST_NAMED));
    }
    return lines;
  }

  private static String saved(FleetView fleet) {
    long upstream = fleet.totals().upstreamBytes();
    long saved = fleet.bytesSaved();
    long all = saved + upstream;
    return format(
        ROOT,
        "saved %s of traffic from the registries since these members started, %d %%; %s came from"
            + " there",
        ByteSize.format(saved),
        all == 0 ? 0 : 100 * saved / all,
        ByteSize.format(upstream));
  }

  private static String counted(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  /** Pushes that registries get later, and that nothing holds up. */
  private static List<String> onTheirWay(FleetView fleet) {
    List<String> lines = new ArrayList<>();
    for (MemberView member : fleet.members()) {
      member
          .stats()
          .undelivered()
          .filter(waiting -> waiting.problem().isEmpty())
          .ifPresent(waiting -> lines.add(pushes(member, "is bringing", waiting)));
    }
    return lines;
  }

  private static String pushes(MemberView member, String verb, NodeStats.Undelivered waiting) {
    return format(
        ROOT,
        "%s %s %s of pushes to their registries, the oldest for %d s",
        member.nodeName(),
        verb,
        counted(waiting.count(), "part"),
        waiting.oldest().toSeconds());
  }

  private static List<String> problems(FleetView fleet) {
    List<String> problems = new ArrayList<>();
    if (!fleet.members().isEmpty() && count(fleet, PeerRole.ORIGIN) == 0) {
      problems.add("! no origin is connected: agents read from the registries themselves");
    }
    for (MemberView member : fleet.members()) {
      if (member.quarantined()) {
        problems.add(
            "! " + member.nodeName() + " is in quarantine: agents report bad pieces of it");
      }
      if (member.silent().compareTo(SILENT) > 0) {
        problems.add(
            format(
                ROOT,
                "! %s has been silent for %d s",
                member.nodeName(),
                member.silent().toSeconds()));
      }
      member
          .stats()
          .undelivered()
          .filter(waiting -> waiting.problem().isPresent())
          .ifPresent(waiting ->
              problems.add(
                  "! "
                      + pushes(member, "has not brought", waiting)
                      + ": "
                      + waiting.problem().orElseThrow()));
    }
    Map<String, Long> versions =
        fleet.members().stream()
            .collect(
                Collectors.groupingBy(MemberView::version, TreeMap::new, Collectors.counting()));
    if (versions.size() > 1) {
      problems.add("! several versions are running: " + versions);
    }
    return problems;
  }

  private static long count(FleetView fleet, PeerRole role) {
    return fleet.members().stream().filter(m -> m.peer().role() == role).count();
  }
}
