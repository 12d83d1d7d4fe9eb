package io.shoal.agent.runtime;

import io.shoal.core.reference.ImageReference;
import io.shoal.oci.upstream.Login;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * containerd's images for Kubernetes. It is asked by the interface that the kubelet uses, so the
 * image is the same as if a pod had asked for it. Where it pulls from is containerd's own
 * configuration (certs.d, written by {@code shoal node setup}).
 *
 * @see <a
 *     href="https://github.com/kubernetes/cri-api/blob/v0.23.0/pkg/apis/runtime/v1/api.proto">CRI
 *     runtime.v1</a>
 */
final class CriRuntime implements NodeRuntime {

  /** Where CRI keeps its images. */
  static final String NAMESPACE = "k8s.io";

  private static final String PULL_IMAGE = "/runtime.v1.ImageService/PullImage";

  private final Path socket;

  CriRuntime(Path socket) {
    this.socket = socket;
  }

  @Override
  public void check(ImageReference image, Optional<String> platform) throws NodeRuntimeException {
    if (platform.isPresent()) {
      throw new NodeRuntimeException(
          "containerd takes its own platform for " + NAMESPACE + ": leave out --platform");
    }
  }

  @Override
  public void pull(RuntimePull pull) throws NodeRuntimeException, InterruptedException {
    try {
      GrpcCall.send(
          socket,
          PULL_IMAGE,
          request(pull.image(), pull.login().map(NamedLogin::login)),
          pull.stopped());
    } catch (IOException e) {
      throw new NodeRuntimeException("containerd at " + socket + ": " + e.getMessage(), e);
    }
  }

  /**
   * {@code PullImageRequest{image: ImageSpec{image: NAME}, auth: AuthConfig{username, password}}}
   */
  private static byte[] request(ImageReference image, Optional<Login> login) {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    field(request, 1, message(text(image.toString())));
    login.ifPresent(l -> field(request, 2, message(text(l.username()), text(l.password()))));
    return request.toByteArray();
  }

  private static byte[] text(String value) {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  /** A message whose fields 1, 2, ... are these. */
  private static byte[] message(byte[]... fields) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    for (int i = 0; i < fields.length; i++) {
      field(message, i + 1, fields[i]);
    }
    return message.toByteArray();
  }

  /** Number and wire type 2, the length as a varint, the bytes. */
  private static void field(ByteArrayOutputStream to, int number, byte[] value) {
    to.write((number << 3) | 2);
    int length = value.length;
    while (length > 0x7f) {
      to.write((length & 0x7f) | 0x80);
      length >>>= 7;
    }
    to.write(length);
    to.writeBytes(value);
  }
}
