package io.shoal.config;

import io.shoal.core.units.ByteRate;
import io.shoal.core.units.ByteSize;
import io.shoal.core.units.Durations;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A type written as one word.
 *
 * @param form what to write, for messages and the configuration page
 * @param parse throws IllegalArgumentException if the text is something else
 */
record Scalar(String form, Function<String, ?> parse) {

  private static final Map<Class<?>, Scalar> KNOWN =
      Map.ofEntries(
          Map.entry(String.class, new Scalar("text", Function.identity())),
          Map.entry(int.class, new Scalar("a whole number", Integer::valueOf)),
          Map.entry(Integer.class, new Scalar("a whole number", Integer::valueOf)),
          Map.entry(long.class, new Scalar("a whole number", Long::valueOf)),
          Map.entry(Long.class, new Scalar("a whole number", Long::valueOf)),
          Map.entry(double.class, new Scalar("a number such as 0.2", Scalar::number)),
          Map.entry(Double.class, new Scalar("a number such as 0.2", Scalar::number)),
          Map.entry(boolean.class, new Scalar("true or false", Scalar::truth)),
          Map.entry(Boolean.class, new Scalar("true or false", Scalar::truth)),
          Map.entry(Duration.class, new Scalar("a duration such as 30s", Durations::parse)),
          Map.entry(ByteSize.class, new Scalar("a size such as 64MiB", ByteSize::parse)),
          Map.entry(ByteRate.class, new Scalar("a rate such as 60MB/s", ByteRate::parse)),
          Map.entry(HostPort.class, new Scalar("host:port", HostPort::parse)),
          Map.entry(Path.class, new Scalar("a path", Path::of)),
          Map.entry(URI.class, new Scalar("a URL such as https://host:4620", Scalar::url)));

  static boolean isScalar(Class<?> type) {
    return type.isEnum() || KNOWN.containsKey(type);
  }

  static Scalar of(Class<?> type) {
    Scalar known = type.isEnum() ? ofEnum(type) : KNOWN.get(type);
    if (known == null) {
      throw new IllegalStateException("no config value can be a " + type.getName());
    }
    return known;
  }

  private static Scalar ofEnum(Class<?> type) {
    Map<String, Object> constants =
        Arrays.stream(type.getEnumConstants())
            .collect(Collectors.toMap(c -> word(((Enum<?>) c).name()), Function.identity()));
    String form =
        Arrays.stream(type.getEnumConstants())
            .map(c -> word(((Enum<?>) c).name()))
            .collect(Collectors.joining(" or "));
    return new Scalar(
        form,
        text -> {
          Object constant = constants.get(word(text));
          if (constant == null) {
            throw new IllegalArgumentException("'" + text + "' is none of them");
          }
          return constant;
        });
  }

  private static String word(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Double number(String text) {
    double value = Double.parseDouble(text);
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("not finite");
    }
    return value;
  }

  private static Boolean truth(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("neither true nor false");
    };
  }

  private static URI url(String text) {
    URI uri = URI.create(text);
    boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!http || uri.getHost() == null) {
      throw new IllegalArgumentException("no http or https URL with a host");
    }
    return uri;
  }
}
