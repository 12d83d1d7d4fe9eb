package io.shoal.cli.dev.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, 1",
    "bytes=10-19, 10, 10",
    "bytes=90-, 90, 10",
    "bytes=90-1000, 90, 10",
    "bytes=-5, 95, 5",
    "bytes=-500, 0, 100",
  })
  void understandsSingleOpenAndSuffixRanges(String header, long from, long bytes) {
    assertThat(ByteRange.answer(Optional.of(header), 100))
        .isEqualTo(new ByteRange.Answer.Part(new ByteRange(from, bytes)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=100-", "bytes=100-200", "bytes=-0"})
  void saysWhenNothingOfTheBlobIsMeant(String header) {
    assertThat(ByteRange.answer(Optional.of(header), 100))
        .isEqualTo(new ByteRange.Answer.Unsatisfiable());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "bytes=-", "bytes=1-2,5-6", "lines=1-2", "bytes=9-3", "bytes=a-b"})
  void ignoresWhatItDoesNotUnderstand(String header) {
    assertThat(ByteRange.answer(Optional.of(header), 100)).isEqualTo(new ByteRange.Answer.Whole());
  }
}
