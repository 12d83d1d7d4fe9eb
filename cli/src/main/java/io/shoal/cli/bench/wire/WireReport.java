package io.shoal.cli.bench.wire;

import static java.util.Locale.ROOT;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shoal.cli.console.TextTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was measured, beside what is aimed at.
 *
 * @param bytes moved in each mode
 */
record WireReport(long bytes, List<Pass> passes) {

  private static final double SENDER_CPU = 0.35;
  private static final double RECEIVER_CPU = 1.2;

  /** How much more than the bare path it may be. */
  private static final double OVERHEAD = 1.15;

  private static final double GIGABYTE = 1e9;
  private static final double MEBIBYTE = 1 << 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  WireReport {
    passes = List.copyOf(passes);
  }

  @JsonPropertyOrder({"bytes", "targets", "modes"})
  private record ReportJson(long bytes, @Nullable TargetsJson targets, List<PassJson> modes) {}

  @JsonPropertyOrder({"senderCpuSecondsPerGB", "receiverCpuSecondsPerGB", "met"})
  private record TargetsJson(
      double senderCpuSecondsPerGB, double receiverCpuSecondsPerGB, boolean met) {}

  @JsonPropertyOrder({"mode", "gigabytesPerSecond", "sender", "receiver"})
  private record PassJson(
      String mode, double gigabytesPerSecond, SideJson sender, SideJson receiver) {}

  @JsonPropertyOrder({"cpuSecondsPerGB", "allocatedBytesPerGB", "residentBytes"})
  private record SideJson(double cpuSecondsPerGB, long allocatedBytesPerGB, long residentBytes) {}

  /** A table and the targets. */
  List<String> lines() {
    TextTable table =
        new TextTable(
            "mode",
            "GB/s",
            "sender s/GB",
            "receiver s/GB",
            "sender MB/GB",
            "receiver MB/GB",
            "sender RSS",
            "receiver RSS");
    for (Pass pass : passes) {
      table.row(
          pass.mode().title(),
          String.format(ROOT, "%.2f", pass.gigabytesPerSecond()),
          String.format(ROOT, "%.2f", pass.senderCpu()),
          String.format(ROOT, "%.2f", pass.receiverCpu()),
          String.format(ROOT, "%.2f", allocated(pass.sender()) / 1e6),
          String.format(ROOT, "%.2f", allocated(pass.receiver()) / 1e6),
          String.format(ROOT, "%.0f MiB", pass.sender().residentBytes() / MEBIBYTE),
          String.format(ROOT, "%.0f MiB", pass.receiver().residentBytes() / MEBIBYTE));
    }
    List<String> lines = new ArrayList<>(table.lines());
    lines.add("");
    lines.add("s/GB: processor seconds of the process; MB/GB: allocated on its Java heap");
    if (measured(Mode.BARE) && measured(Mode.NODE)) {
      lines.add(verdict());
    }
    return lines;
  }

  private String verdict() {
    return String.format(
        ROOT,
        "target for a whole node: sender %.2f s/GB, receiver %.2f s/GB: %s",
        senderTarget(),
        receiverTarget(),
        met() ? "met" : "missed");
  }

  /** The same for programs. */
  String json() {
    ReportJson report =
        new ReportJson(
            bytes,
            measured(Mode.BARE) && measured(Mode.NODE)
                ? new TargetsJson(senderTarget(), receiverTarget(), met())
                : null,
            passes.stream()
                .map(pass ->
                    new PassJson(
                        pass.mode().name(),
                        pass.gigabytesPerSecond(),
                        side(pass.sender()),
                        side(pass.receiver())))
                .toList());
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report of numbers and names is always JSON", e);
    }
  }

  double senderTarget() {
    return Math.max(SENDER_CPU, OVERHEAD * pass(Mode.BARE).senderCpu());
  }

  double receiverTarget() {
    return Math.max(RECEIVER_CPU, OVERHEAD * pass(Mode.BARE).receiverCpu());
  }

  boolean met() {
    Pass node = pass(Mode.NODE);
    return node.senderCpu() <= senderTarget() && node.receiverCpu() <= receiverTarget();
  }

  private boolean measured(Mode mode) {
    return passes.stream().anyMatch(p -> p.mode() == mode);
  }

  private Pass pass(Mode mode) {
    return passes.stream().filter(p -> p.mode() == mode).findFirst().orElseThrow();
  }

  private SideJson side(Usage usage) {
    double cpu = (double) usage.cpuNanos() / bytes;
    return new SideJson(cpu, Math.round(allocated(usage)), usage.residentBytes());
  }

  private double allocated(Usage usage) {
    return usage.allocatedBytes() * GIGABYTE / bytes;
  }
}
