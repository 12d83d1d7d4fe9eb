package io.shoal.client.cluster;

import io.shoal.core.integrity.OriginKey;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The three files that make a cluster, as {@code shoal cluster init} writes them.
 *
 * @param clusterFile {@code cluster.yml}: goes to every node
 * @param serverKey {@code server.pem}: goes to tracker, origins and registry-proxy
 * @param signingKey {@code origin.key}: goes to the origins
 */
public record ClusterFolder(Path clusterFile, Path serverKey, Path signingKey) {

  /** The names of the files in this folder, whether they exist or not. */
  public static ClusterFolder in(Path dir) {
    return new ClusterFolder(
        dir.resolve("cluster.yml"), dir.resolve("server.pem"), dir.resolve("origin.key"));
  }

  /**
   * Makes a new cluster in this folder.
   *
   * @throws FileAlreadyExistsException if there is one: its members could not speak to the new one
   */
  public static ClusterFolder init(Path dir) throws IOException {
    ClusterFolder folder = empty(dir);
    ServerIdentity server = ServerIdentity.generate();
    server.write(folder.serverKey);
    new ClusterFile(
            ClusterSecret.random(), List.of(folder.newOrigin()), Optional.of(server.fingerprint()))
        .write(folder.clusterFile);
    return folder;
  }

  /**
   * Makes a cluster without protection, for {@code --insecure}: no secret and no TLS, hence no
   * server key. The origin still signs: without signatures nobody could believe a piece before the
   * whole blob is there.
   *
   * @throws FileAlreadyExistsException if there is a cluster
   */
  public static ClusterFolder initInsecure(Path dir) throws IOException {
    ClusterFolder folder = empty(dir);
    ClusterFile.insecure(List.of(folder.newOrigin())).write(folder.clusterFile);
    return folder;
  }

  private static ClusterFolder empty(Path dir) throws IOException {
    Files.createDirectories(dir);
    ClusterFolder folder = in(dir);
    for (Path file : List.of(folder.clusterFile, folder.serverKey, folder.signingKey)) {
      if (Files.exists(file)) {
        throw new FileAlreadyExistsException(
            file.toString(), null, "a cluster is there already; remove it or use another folder");
      }
    }
    return folder;
  }

  private OriginKey newOrigin() throws IOException {
    return OriginKey.of(SigningKeyFile.create(signingKey).getPublic());
  }
}
