package io.shoal.cli.simulate;

import io.shoal.cli.console.Causes;
import io.shoal.cli.console.UserError;
import io.shoal.simulation.SimulationResult;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws completion curves: the share of agents that had finished, over time. */
final class CurvePlot {

  private static final int WIDTH = 900;
  private static final int HEIGHT = 560;

  /** More points than pixels show nothing more. */
  private static final int MOST_POINTS = 400;

  private CurvePlot() {}

  static void write(Path file, Map<String, SimulationResult> byName) {
    System.setProperty("java.awt.headless", "true");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      VectorGraphicsEncoder.saveVectorGraphic(chart(byName), out, VectorGraphicsFormat.SVG);
    } catch (IOException e) {
      throw UserError.failed("cannot write " + file + ": " + Causes.text(e));
    } catch (LinkageError | InternalError e) {
      throw UserError.failed(
          "cannot draw: the JDK finds no fonts on this machine (install fontconfig and a font): "
              + Causes.text(e));
    }
  }

  private static XYChart chart(Map<String, SimulationResult> byName) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .xAxisTitle("seconds since an agent's own arrival")
            .yAxisTitle("agents that have finished, %")
            .build();
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(100.0);
    byName.forEach((name, result) -> curve(chart, name, result));
    return chart;
  }

  private static void curve(XYChart chart, String name, SimulationResult result) {
    List<Double> finished = result.finished();
    int points = Math.min(MOST_POINTS, finished.size());
    double[] seconds = new double[points + 1];
    double[] share = new double[points + 1];
    for (int i = 1; i <= points; i++) {
      int agents = (int) ((long) i * finished.size() / points);
      seconds[i] = finished.get(agents - 1);
      share[i] = 100.0 * agents / finished.size();
    }
    if (points > 0) {
      seconds[0] = finished.getFirst();
    }
    add(chart, name, seconds, share);
    double bound = result.boundSeconds();
    if (!chart.getSeriesMap().containsKey("bound")) {
      add(chart, "bound", new double[] {bound, bound}, new double[] {0, 100});
    }
  }

  private static void add(XYChart chart, String name, double[] x, double[] y) {
    XYSeries series = chart.addSeries(name, x, y);
    series.setMarker(SeriesMarkers.NONE);
  }
}
