package io.shoal.cli.simulate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shoal.simulation.SimulationConfig;
import io.shoal.simulation.SimulationResult;
import io.shoal.simulation.SimulationResult.Quantiles;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** A result as one JSON object. */
final class ResultJson {

  /** Finer differences are the arithmetic's, not the swarm's. */
  private static final int DECIMALS = 6;

  private static final ObjectMapper JSON = new ObjectMapper();

  private ResultJson() {}

  static String of(SimulationConfig config, SimulationResult result) {
    ObjectNode json = JSON.createObjectNode();
    put(json, "boundSeconds", result.boundSeconds());
    quantiles(json, "completionSeconds", result.completion());
    ObjectNode ratio = json.putObject("ratioToBound");
    put(ratio, "p50", result.ratioToBound().p50());
    put(ratio, "p99", result.ratioToBound().p99());
    put(json, "firstByteSeconds", result.firstByte().p50());
    quantiles(json, "firstByteQuantiles", result.firstByte());
    quantiles(json, "impairedSeconds", result.impaired());
    put(json, "originCopies", result.originCopies());
    put(json, "upstreamCopies", result.upstreamCopies());
    put(json, "duplicateShare", result.duplicateShare());
    put(json, "controlShare", result.controlShare());
    put(json, "crossRackCopies", result.crossRackCopies());
    put(json, "prewarmedMeanwhile", result.prewarmedMeanwhile());
    json.put("failed", result.failed());
    result.violations().forEach(json.putArray("violations")::add);
    json.put("engineEvents", result.engineEvents());
    json.put("command", config.command());
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("numbers and names are always JSON", e);
    }
  }

  /** Null if there is nobody to speak of. */
  private static void quantiles(ObjectNode json, String name, Quantiles quantiles) {
    if (Double.isNaN(quantiles.p50())) {
      json.putNull(name);
      return;
    }
    ObjectNode node = json.putObject(name);
    put(node, "p50", quantiles.p50());
    put(node, "p90", quantiles.p90());
    put(node, "p99", quantiles.p99());
    put(node, "p999", quantiles.p999());
    put(node, "max", quantiles.max());
  }

  private static void put(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      BigDecimal rounded = BigDecimal.valueOf(value).setScale(DECIMALS, RoundingMode.HALF_UP);
      node.put(name, rounded.stripTrailingZeros().doubleValue());
    } else {
      node.putNull(name);
    }
  }
}
