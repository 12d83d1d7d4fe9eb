package io.shoal.simulation;

import io.shoal.core.units.ByteRate;
import io.shoal.swarm.engine.SwarmPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Writes a configuration as the command that runs it, with nothing left to a default that matters.
 */
final class CommandText {

  private CommandText() {}

  static String of(SimulationConfig c) {
    List<String> words = new ArrayList<>(List.of("./shoal simulate"));
    words.add("--agents " + c.agents());
    words.add("--blobs " + list(c.blobBytes()));
    if (!c.prewarmBytes().isEmpty()) {
      words.add("--prewarm " + list(c.prewarmBytes()));
    }
    words.add("--rate " + text(c.rates().agent()));
    words.add("--origins " + c.origins() + " --origin-rate " + text(c.rates().origin()));
    words.add("--trackers " + c.trackers());
    c.rates().upstream().ifPresent(rate -> words.add("--upstream-rate " + text(rate)));
    words.add("--hash-rate " + text(c.rates().hash()));
    words.add("--latency " + VirtualTime.format(c.rates().latency()));
    if (c.racks().count() > 0) {
      words.add("--racks " + c.racks().count());
      words.add("--oversubscription " + number(c.racks().oversubscription()));
    }
    if (c.slow().share() > 0) {
      words.add(
          "--slow %s@%s:%s"
              .formatted(
                  new Fault.Amount(c.slow().share(), true),
                  new Fault.Amount(c.slow().rate(), true),
                  c.slow().both() ? "both" : "up"));
    }
    if (!c.arrivals().over().isZero()) {
      String waves = c.arrivals().waves() == 0 ? "" : c.arrivals().waves() + "@";
      words.add("--arrivals " + waves + VirtualTime.format(c.arrivals().over()));
    }
    if (!c.faults().isEmpty()) {
      words.add(
          "--faults " + c.faults().stream().map(Fault::toString).collect(Collectors.joining(",")));
    }
    if (c.policy() != SwarmPolicy.SHOAL) {
      words.add("--policy " + c.policy().text());
    }
    c.limit().ifPresent(limit -> words.add("--limit " + VirtualTime.format(limit)));
    words.add("--seed " + c.seed());
    return String.join(" ", words);
  }

  private static String list(List<Long> bytes) {
    return bytes.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /** In whole bytes: the form for people is rounded. */
  private static String text(ByteRate rate) {
    return rate.bytesPerSecond() + "B/s";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%s", value);
  }
}
