package io.shoal.cli.simulate;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import io.shoal.cli.console.TextTable;
import io.shoal.core.units.ByteSize;
import io.shoal.simulation.SimulationConfig;
import io.shoal.simulation.SimulationResult;
import io.shoal.simulation.SimulationResult.Quantiles;
import java.util.ArrayList;
import java.util.List;

/** A result as tables for people. */
final class ResultTable {

  private ResultTable() {}

  static List<String> lines(SimulationConfig config, SimulationResult result) {
    List<String> lines = new ArrayList<>();
    lines.add(
        format(
            ROOT,
            "%d agents, %d blobs of %s together, bound %.3f s, policy %s, seed %d",
            config.agents(),
            config.blobBytes().size(),
            ByteSize.format(config.imageBytes()),
            result.boundSeconds(),
            config.policy().text(),
            config.seed()));
    lines.add("");
    TextTable times = new TextTable("seconds", "p50", "p90", "p99", "p99.9", "max");
    row(times, "completion", result.completion(), 1);
    row(times, "over the bound", result.completion(), result.boundSeconds());
    if (!Double.isNaN(result.impaired().p50())) {
      row(times, "impaired agents", result.impaired(), 1);
    }
    row(times, "first byte", result.firstByte(), 1);
    lines.addAll(times.lines());
    lines.add("");
    TextTable shares = new TextTable("bytes", "");
    shares.row("copies from the origins", format(ROOT, "%.2f", result.originCopies()));
    shares.row("copies from upstream", format(ROOT, "%.2f", result.upstreamCopies()));
    if (config.racks().count() > 0) {
      shares.row("copies into a rack", format(ROOT, "%.2f", result.crossRackCopies()));
    }
    shares.row("received in vain", format(ROOT, "%.2f %%", 100 * result.duplicateShare()));
    shares.row("control", format(ROOT, "%.3f %%", 100 * result.controlShare()));
    if (!config.prewarmBytes().isEmpty()) {
      String share = format(ROOT, "%.1f %%", 100 * result.prewarmedMeanwhile());
      shares.row("pre-warmed meanwhile", share);
    }
    lines.addAll(shares.lines());
    return lines;
  }

  private static void row(TextTable table, String name, Quantiles q, double unit) {
    table.row(
        name,
        cell(q.p50(), unit),
        cell(q.p90(), unit),
        cell(q.p99(), unit),
        cell(q.p999(), unit),
        cell(q.max(), unit));
  }

  private static String cell(double value, double unit) {
    return Double.isNaN(value) ? "-" : format(ROOT, "%.3f", value / unit);
  }
}
