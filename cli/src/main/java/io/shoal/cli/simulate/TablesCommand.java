package io.shoal.cli.simulate;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import io.shoal.cli.console.TextTable;
import io.shoal.cli.console.UserError;
import io.shoal.simulation.SimulationResult;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs the simulations of a table and prints it. */
@Command(
    name = "tables",
    description = "Run the simulations behind a table of docs/swarm.md and print it.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  shoal simulate tables --list", "  shoal simulate tables locality"})
final class TablesCommand implements Callable<Integer> {

  @Parameters(paramLabel = "NAME", arity = "0..*", description = "Tables to print, or all.")
  private List<String> names = List.of();

  @Option(names = "--list", description = "Say which tables there are.")
  private boolean list;

  @Option(
      names = "--most-agents",
      paramLabel = "N",
      defaultValue = "100000",
      description = "Leave out rows with more agents.")
  private int mostAgents;

  @Option(names = "--plot", paramLabel = "FILE.svg", description = "Draw the rows' curves.")
  private @Nullable Path plot;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (list || names.isEmpty()) {
      TextTable table = new TextTable("table", "rows");
      Tables.all().forEach(t -> table.row(t.name() + ": " + t.about(), "" + t.rows().size()));
      table.lines().forEach(out::println);
      return 0;
    }
    List<Tables.Table> chosen = new ArrayList<>();
    for (String name : names) {
      if (name.equals("all")) {
        chosen.addAll(Tables.all());
      } else {
        chosen.add(
            Tables.named(name)
                .orElseThrow(() -> UserError.unusable("no table '" + name + "'; try --list")));
      }
    }
    Map<String, SimulationResult> curves = new LinkedHashMap<>();
    boolean sound = true;
    for (Tables.Table table : chosen) {
      sound &= print(table, out, curves);
    }
    if (plot != null) {
      CurvePlot.write(plot, curves);
    }
    return sound ? 0 : UserError.FAILED;
  }

  private boolean print(Tables.Table table, PrintWriter out, Map<String, SimulationResult> curves) {
    List<String> header = new ArrayList<>();
    header.addAll(
        List.of(
            table.about(),
            "bound s",
            "p50/T",
            "p99/T",
            "p99.9/T",
            "max/T",
            "impaired p99/T",
            "origin",
            "upstream",
            "rack",
            "in vain",
            "control",
            "failed",
            "target"));
    if (table.growth()) {
      header.addAll(List.of("engine events", "us each"));
      EventCost.warmUp();
    }
    TextTable text = new TextTable(header.toArray(String[]::new));
    List<EventCost.Sample> samples = new ArrayList<>();
    List<String> complaints = new ArrayList<>();
    for (Tables.Row row : table.rows()) {
      if (row.config().agents() > mostAgents) {
        continue;
      }
      EventCost.Sample sample = EventCost.run(row.config());
      SimulationResult result = sample.result();
      curves.put(row.label(), result);
      samples.add(sample);
      List<String> cells = new ArrayList<>(cells(row, result));
      if (table.growth()) {
        cells.add(Long.toString(result.engineEvents()));
        cells.add(number("%.2f", sample.micros()));
      }
      text.row(cells.toArray(String[]::new));
      if (!result.violations().isEmpty()) {
        complaints.addAll(SimulateCommand.complaints(row.config(), result));
      }
    }
    text.lines().forEach(out::println);
    if (table.growth()) {
      out.println(Fit.line(samples.stream().map(Fit.Point::of).toList()));
      EventCost.line(samples).ifPresent(out::println);
    }
    complaints.forEach(out::println);
    out.println();
    out.flush();
    return complaints.isEmpty();
  }

  private static List<String> cells(Tables.Row row, SimulationResult result) {
    double bound = result.boundSeconds();
    return List.of(
        row.label(),
        number("%.3f", bound),
        number("%.3f", result.ratioToBound().p50()),
        number("%.3f", result.ratioToBound().p99()),
        number("%.3f", result.completion().p999() / bound),
        number("%.3f", result.completion().max() / bound),
        number("%.3f", result.impaired().p99() / bound),
        number("%.2f", result.originCopies()),
        number("%.2f", result.upstreamCopies()),
        number("%.2f", result.crossRackCopies()),
        number("%.2f %%", 100 * result.duplicateShare()),
        number("%.3f %%", 100 * result.controlShare()),
        Integer.toString(result.failed()),
        verdict(row, result));
  }

  private static String number(String form, double value) {
    return Double.isNaN(value) ? "-" : format(ROOT, form, value);
  }

  /** What was to be reached, and by how much it was missed. */
  private static String verdict(Tables.Row row, SimulationResult result) {
    List<String> parts = new ArrayList<>();
    for (Tables.Goal goal : row.goals()) {
      double is = goal.of().applyAsDouble(result);
      String most = number("%.3f", goal.most()).replaceFirst("\\.?0+$", "");
      parts.add(
          is <= goal.most()
              ? goal.name() + " " + most + " met"
              : goal.name() + " " + most + format(ROOT, " MISSED (%.3f)", is));
    }
    return parts.isEmpty() ? "-" : String.join(", ", parts);
  }
}
