package io.shoal.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ChartPageTest {

  @Test
  void theReadmeListsTheValuesAsTheyAre() throws IOException {
    Path readme = Chart.FOLDER.resolve("README.md");
    String page = Files.readString(readme);
    int table = page.indexOf(ValuesTable.HEAD);
    assertThat(table).as("the README has the table of values at its end").isPositive();
    String current = page.substring(0, table) + ValuesTable.of(Chart.FOLDER.resolve("values.yaml"));
    if (Boolean.getBoolean("update")) {
      Files.writeString(readme, current);
    }

    assertThat(Files.readString(readme))
        .as("regenerate: ./mvnw -pl helm -am test -Dtest=ChartPageTest -Dupdate=true")
        .isEqualTo(current);
  }
}
