package io.shoal.client.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.shoal.core.content.Digest;
import io.shoal.core.peer.Locality;
import io.shoal.core.peer.PeerId;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the records of Shoal's own APIs. Digests and peer ids are strings, durations are
 * milliseconds, an absent Optional is null. Unknown fields are skipped, so that members of
 * different versions understand each other; missing ones are errors.
 */
public final class ShoalJson {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .addModule(new Jdk8Module())
          .addModule(coreValues())
          .build();

  private ShoalJson() {}

  private static SimpleModule coreValues() {
    SimpleModule module = new SimpleModule("shoal");
    module.addSerializer(new AsText<>(Digest.class));
    module.addDeserializer(Digest.class, new FromText<>(Digest.class, Digest::parse));
    module.addSerializer(new AsText<>(PeerId.class));
    module.addDeserializer(PeerId.class, new FromText<>(PeerId.class, PeerId::parse));
    module.addSerializer(new AsText<>(Locality.class));
    module.addDeserializer(Locality.class, new LocalityFromText());
    module.addSerializer(new AsMillis());
    module.addDeserializer(Duration.class, new FromMillis());
    return module;
  }

  /** The JSON text of a record. */
  public static String write(Object record) {
    try {
      return MAPPER.writeValueAsString(record);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(record.getClass().getName() + " has no JSON form", e);
    }
  }

  /**
   * Reads a record.
   *
   * @throws JsonProcessingException if the text is not JSON of this form, or a value is not valid
   */
  public static <T> T read(String json, Class<T> type) throws JsonProcessingException {
    return present(MAPPER.readValue(json, type), type);
  }

  /**
   * Reads a record from a stream that the caller has limited in length.
   *
   * @throws IOException if reading fails, or what was read is not JSON of this form
   */
  public static <T> T read(InputStream json, Class<T> type) throws IOException {
    return present(MAPPER.readValue(json, type), type);
  }

  /** The text {@code null} is valid JSON and none of our records. */
  private static <T> T present(@Nullable T value, Class<T> type) throws JsonMappingException {
    if (value == null) {
      throw new JsonMappingException(null, "null is no " + type.getSimpleName());
    }
    return value;
  }

  private static final class AsText<T> extends StdScalarSerializer<T> {
    AsText(Class<T> type) {
      super(type);
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(value.toString());
    }
  }

  private static class FromText<T> extends FromStringDeserializer<T> {
    private final transient Function<String, T> parse;

    FromText(Class<T> type, Function<String, T> parse) {
      super(type);
      this.parse = parse;
    }

    @Override
    protected T _deserialize(String text, DeserializationContext context) throws IOException {
      try {
        return parse.apply(text);
      } catch (IllegalArgumentException e) {
        throw JsonMappingException.from(context, String.valueOf(e.getMessage()), e);
      }
    }
  }

  /** Peers of an earlier version do not tell where they stand. */
  private static final class LocalityFromText extends FromText<Locality> {
    LocalityFromText() {
      super(Locality.class, Locality::parse);
    }

    @Override
    public Locality getNullValue(DeserializationContext context) {
      return Locality.UNKNOWN;
    }
  }

  private static final class AsMillis extends StdScalarSerializer<Duration> {
    AsMillis() {
      super(Duration.class);
    }

    @Override
    public void serialize(Duration value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeNumber(value.toMillis());
    }
  }

  private static final class FromMillis extends StdScalarDeserializer<Duration> {
    FromMillis() {
      super(Duration.class);
    }

    @Override
    public Duration deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return Duration.ofMillis(in.getLongValue());
    }
  }
}
