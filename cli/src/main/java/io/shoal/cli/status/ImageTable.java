package io.shoal.cli.status;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import io.shoal.cli.console.TextTable;
import io.shoal.client.tracker.HoldingsView;
import io.shoal.core.units.ByteSize;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Who has how much of an image, in words. */
final class ImageTable {

  private ImageTable() {}

  static List<String> lines(String title, HoldingsView holdings) {
    List<HoldingsView.Node> nodes = holdings.nodes();
    long all = nodes.stream().filter(n -> n.wholeBlobs() == holdings.blobs()).count();
    long none = nodes.stream().filter(n -> n.bytes() == 0).count();
    List<String> lines = new ArrayList<>();
    lines.add(
        format(
            ROOT, "%s: %d blobs, %s", title, holdings.blobs(), ByteSize.format(holdings.bytes())));
    lines.add(
        format(
            ROOT,
            "of %d members %d have all of it, %d a part, %d nothing",
            nodes.size(),
            all,
            nodes.size() - all - none,
            none));
    TextTable table = new TextTable("node", "role", "has", "of it", "blobs", "");
    nodes.stream()
        .sorted(
            Comparator.comparingLong(HoldingsView.Node::bytes)
                .reversed()
                .thenComparing(HoldingsView.Node::node))
        .forEach(node ->
            table.row(
                node.node(),
                node.role().name().toLowerCase(ROOT),
                node.bytes() == 0 ? "-" : ByteSize.format(node.bytes()),
                percent(node.bytes(), holdings.bytes()) + " %",
                node.wholeBlobs() + "/" + holdings.blobs(),
                node.arriving() ? "arriving" : ""));
    lines.addAll(table.lines());
    return lines;
  }

  private static long percent(long part, long whole) {
    return whole == 0 ? 0 : Math.min(100, 100 * part / whole);
  }
}
