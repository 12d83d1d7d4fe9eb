package io.shoal.client.cluster;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.shoal.core.integrity.OriginKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What makes a process a member of a cluster; {@code cluster.yml} on every node. Whoever can read
 * it can join.
 *
 * @param secret known to every member
 * @param originKeys whose signatures are believed
 * @param serverFingerprint SHA-256 of the certificate of tracker and origins (DER), 64 lower-case
 *     hex digits; absent only in an insecure cluster
 */
public record ClusterFile(
    ClusterSecret secret, List<OriginKey> originKeys, Optional<String> serverFingerprint) {

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .build();
  private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");

  public ClusterFile {
    originKeys = List.copyOf(originKeys);
    if (secret.isInsecure() != serverFingerprint.isEmpty()) {
      throw new IllegalArgumentException("a cluster has a secret and a certificate, or neither");
    }
    if (!serverFingerprint.map(f -> FINGERPRINT.matcher(f).matches()).orElse(true)) {
      throw new IllegalArgumentException("serverFingerprint must be 64 lower-case hex digits");
    }
  }

  /** Without protection: for {@code --insecure} only. The origins' keys still count. */
  public static ClusterFile insecure(List<OriginKey> originKeys) {
    return new ClusterFile(ClusterSecret.insecure(), originKeys, Optional.empty());
  }

  /**
   * Reads {@code cluster.yml}.
   *
   * @throws ClusterFileException saying what is wrong with the file and how to make one
   */
  public static ClusterFile read(Path file) throws ClusterFileException {
    try {
      Form form = YAML.readValue(Files.readString(file), Form.class);
      if (form == null || form.secret == null || form.originKeys == null) {
        throw new ClusterFileException(file, "secret and originKeys must be there", null);
      }
      ClusterSecret secret =
          "insecure".equals(form.secret)
              ? ClusterSecret.insecure()
              : ClusterSecret.parse(form.secret);
      return new ClusterFile(
          secret,
          form.originKeys.stream().map(OriginKey::parse).toList(),
          Optional.ofNullable(form.serverFingerprint));
    } catch (JsonProcessingException e) {
      throw new ClusterFileException(file, "not a cluster file", e);
    } catch (IllegalArgumentException e) {
      throw new ClusterFileException(file, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new ClusterFileException(file, "cannot be read", e);
    }
  }

  /**
   * The cluster a service belongs to, from its settings.
   *
   * @param file the setting {@code cluster}
   * @param insecure whether {@code --insecure} was given
   * @throws ClusterFileException if the file cannot be used, if there is neither a secret nor the
   *     word that none is wanted, or if there are both
   */
  public static ClusterFile load(Optional<Path> file, boolean insecure)
      throws ClusterFileException {
    if (file.isEmpty()) {
      if (insecure) {
        return insecure(List.of());
      }
      throw new ClusterFileException(
          Path.of("cluster"), "not set, and --insecure was not given", null);
    }
    ClusterFile cluster = read(file.get());
    if (cluster.secret.isInsecure() != insecure) {
      String problem = insecure ? "has a secret, so leave out --insecure" : "needs --insecure";
      throw new ClusterFileException(file.get(), problem, null);
    }
    return cluster;
  }

  /** Writes {@code cluster.yml}, readable by its owner alone. */
  public void write(Path file) throws IOException {
    Form form =
        new Form(
            secret.isInsecure() ? "insecure" : secret.hex(),
            originKeys.stream().map(OriginKey::text).toList(),
            serverFingerprint.orElse(null));
    PrivateFiles.write(file, YAML.writeValueAsString(form));
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Form(
      @Nullable String secret,
      @Nullable List<String> originKeys,
      @Nullable String serverFingerprint) {}
}
