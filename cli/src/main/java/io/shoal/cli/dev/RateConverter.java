package io.shoal.cli.dev;

import io.shoal.core.units.ByteRate;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads rates on the command line. */
final class RateConverter implements ITypeConverter<ByteRate> {
  @Override
  public ByteRate convert(String text) {
    try {
      return ByteRate.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
