package io.shoal.cli.status;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import io.shoal.cli.console.TextTable;
import io.shoal.client.tracker.FleetView;
import io.shoal.client.tracker.FleetView.MemberView;
import io.shoal.client.tracker.FleetView.SwarmView;
import io.shoal.client.tracker.NodeStats;
import io.shoal.core.units.ByteSize;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The fleet in words: how it is, its members, then the blobs on their way. */
final class FleetTable {

  private static final int MOST_SWARMS = 20;

  /** What fits a terminal that is drawn again and again. */
  private static final int MOST_WATCHED_MEMBERS = 12;

  private static final int MOST_WATCHED_SWARMS = 8;

  private FleetTable() {}

  static List<String> lines(FleetView fleet) {
    return lines(
        fleet,
        fleet.members().stream().sorted(Comparator.comparing(MemberView::nodeName)).toList(),
        MOST_SWARMS);
  }

  /** Only the members with the most traffic, and fewer blobs. */
  static List<String> watched(FleetView fleet) {
    List<MemberView> busiest =
        fleet.members().stream()
            .sorted(
                Comparator.comparingLong(FleetTable::rate)
                    .reversed()
                    .thenComparing(MemberView::nodeName))
            .limit(MOST_WATCHED_MEMBERS)
            .toList();
    return lines(fleet, busiest, MOST_WATCHED_SWARMS);
  }

  private static long rate(MemberView member) {
    return member.stats().downloadRateBytes() + member.stats().uploadRateBytes();
  }

  private static List<String> lines(FleetView fleet, List<MemberView> members, int mostSwarms) {
    List<String> lines = new ArrayList<>(FleetHealth.lines(fleet));
    lines.add("");
    lines.addAll(members(members));
    if (members.size() < fleet.members().size()) {
      lines.add(format(ROOT, "and %d more", fleet.members().size() - members.size()));
    }
    lines.add("");
    lines.addAll(swarms(fleet, mostSwarms));
    return lines;
  }

  private static List<String> members(List<MemberView> members) {
    if (members.isEmpty()) {
      return List.of("no members");
    }
    TextTable table =
        new TextTable(
            "node",
            "role",
            "address",
            "heard",
            "blobs",
            "stored",
            "upstream",
            "origin",
            "peers",
            "sent",
            "now in",
            "now out",
            "");
    members.forEach(member -> row(table, member));
    return table.lines();
  }

  private static void row(TextTable table, MemberView member) {
    NodeStats stats = member.stats();
    table.row(
        member.nodeName(),
        member.peer().role().name().toLowerCase(ROOT),
        member.peer().address().toString(),
        member.silent().toSeconds() + " s ago",
        Long.toString(stats.blobs()),
        size(stats.storedBytes()),
        size(stats.upstreamBytes()),
        size(stats.originBytes()),
        size(stats.peerBytes()),
        size(stats.uploadedBytes()),
        size(stats.downloadRateBytes()) + "/s",
        size(stats.uploadRateBytes()) + "/s",
        member.quarantined() ? "QUARANTINED" : "");
  }

  private static List<String> swarms(FleetView fleet, int most) {
    List<SwarmView> wanted = fleet.swarms().stream().filter(swarm -> swarm.leechers() > 0).toList();
    List<String> lines = new ArrayList<>();
    lines.add(format(ROOT, "%d blobs, %d on their way", fleet.swarmCount(), wanted.size()));
    if (wanted.isEmpty()) {
      return lines;
    }
    TextTable table = new TextTable("blob", "size", "have all", "want it", "progress");
    for (SwarmView swarm : wanted.subList(0, Math.min(most, wanted.size()))) {
      table.row(
          swarm.digest().shortHex(),
          swarm.blobBytes().map(ByteSize::format).orElse("?"),
          Integer.toString(swarm.seeders()),
          Integer.toString(swarm.leechers()),
          swarm.piecesWanted() == 0
              ? "?"
              : format(ROOT, "%d %%", 100 * swarm.piecesHave() / swarm.piecesWanted()));
    }
    lines.addAll(table.lines());
    if (wanted.size() > most) {
      lines.add(format(ROOT, "and %d more", wanted.size() - most));
    }
    return lines;
  }

  private static String size(long bytes) {
    return bytes == 0 ? "-" : ByteSize.format(bytes);
  }
}
