package io.shoal.client.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.core.integrity.OriginKey;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterFolderTest {

  @TempDir private Path dir;

  @Test
  void filesOfANewClusterBelongTogether() throws Exception {
    ClusterFolder folder = ClusterFolder.init(dir.resolve("new"));
    ClusterFile cluster = ClusterFile.read(folder.clusterFile());
    ServerIdentity server = ServerIdentity.read(folder.serverKey());
    OriginKey signs = OriginKey.of(SigningKeyFile.read(folder.signingKey()).getPublic());

    assertThat(cluster.serverFingerprint()).contains(server.fingerprint());
    assertThat(cluster.originKeys()).containsExactly(signs);
    assertThat(cluster.secret().isInsecure()).isFalse();
  }

  @Test
  void onlyTheOwnerMayReadTheFiles() throws Exception {
    ClusterFolder folder = ClusterFolder.init(dir);
    for (Path file : List.of(folder.clusterFile(), folder.serverKey(), folder.signingKey())) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
    assertThat(dir).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void neverReplacesACluster() throws Exception {
    ClusterFolder folder = ClusterFolder.init(dir);
    String before = Files.readString(folder.clusterFile());
    assertThatThrownBy(() -> ClusterFolder.init(dir))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(folder.clusterFile()).hasContent(before);
  }

  @Test
  void anInsecureClusterFileSaysSo() throws Exception {
    Path file = dir.resolve("cluster.yml");
    ClusterFile.insecure(List.of()).write(file);
    assertThat(file).content().contains("insecure");
    assertThat(ClusterFile.read(file)).isEqualTo(ClusterFile.insecure(List.of()));
  }

  @Test
  void anInsecureClusterStillBelievesItsOriginOnly() throws Exception {
    ClusterFolder folder = ClusterFolder.initInsecure(dir.resolve("new"));
    ClusterFile cluster = ClusterFile.load(Optional.of(folder.clusterFile()), true);
    OriginKey signs = OriginKey.of(SigningKeyFile.read(folder.signingKey()).getPublic());

    assertThat(cluster.secret().isInsecure()).isTrue();
    assertThat(cluster.originKeys()).containsExactly(signs);
    assertThat(folder.serverKey()).doesNotExist();
    assertThatThrownBy(() -> ClusterFolder.init(dir.resolve("new")))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void saysWhatIsWrongWithAFile() throws Exception {
    Path file = dir.resolve("cluster.yml");
    assertThatThrownBy(() -> ClusterFile.read(file))
        .isInstanceOf(ClusterFileException.class)
        .hasMessageContaining("cannot be read")
        .hasMessageContaining("shoal cluster init");
    Files.writeString(file, "secret: [");
    assertThatThrownBy(() -> ClusterFile.read(file)).hasMessageContaining("not a cluster file");
    Files.writeString(file, "secret: abc\noriginKeys: []\n");
    assertThatThrownBy(() -> ClusterFile.read(file)).hasMessageContaining("64 hex digits");
    Files.writeString(file, "secret: " + "0".repeat(64) + "\noriginKeys: []\n");
    assertThatThrownBy(() -> ClusterFile.read(file)).hasMessageContaining("zeros");
    Files.writeString(file, "secret: " + "1".repeat(64) + "\noriginKeys: []\n");
    assertThatThrownBy(() -> ClusterFile.read(file)).hasMessageContaining("or neither");
    Files.writeString(file, "no pem");
    assertThatThrownBy(() -> ServerIdentity.read(file)).hasMessageContaining("no PRIVATE KEY");
    assertThatThrownBy(() -> SigningKeyFile.read(file)).hasMessageContaining("no PUBLIC KEY");
  }
}
