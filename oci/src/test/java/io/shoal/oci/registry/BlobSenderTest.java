package io.shoal.oci.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import io.shoal.oci.registry.FakeContent.ArrivingBlob;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BlobSenderTest {

  /** A client that takes bytes when the test says so. */
  private static final class Client extends ChannelOutboundHandlerAdapter {

    final Queue<ChannelPromise> notYetTaken = new ArrayDeque<>();

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      ReferenceCountUtil.release(message);
      notYetTaken.add(promise);
    }
  }

  private final Client client = new Client();
  private final EmbeddedChannel channel = new EmbeddedChannel(client);
  private final ArrivingBlob blob = new ArrivingBlob(10);
  private Optional<Throwable> failure;
  private int firstBytes;

  private BlobSender start() {
    channel.freezeTime();
    BlobSender sender =
        new BlobSender(
            channel.pipeline().addLast("end", new ChannelOutboundHandlerAdapter()).context("end"),
            Answer.part(blob, 0, 10),
            () -> firstBytes++,
            Runnable::run,
            why -> failure = why);
    sender.start();
    return sender;
  }

  private void arrive(int from, int length) {
    blob.asked.remove().answer().complete(new BlobBytes.InMemory(ByteBuffer.allocate(length)));
    channel.runPendingTasks();
    assertThat(client.notYetTaken).as("bytes from %s", from).hasSize(1);
  }

  private void pass(int minutes) {
    channel.advanceTimeBy(minutes, TimeUnit.MINUTES);
    channel.runScheduledPendingTasks();
  }

  @Test
  void letsGoOfAClientThatTakesNothing() {
    BlobSender sender = start();
    arrive(0, 5);
    pass(5);
    assertThat(failure).isNull();
    pass(5);
    assertThat(failure.orElseThrow()).hasMessageContaining("took nothing");
    assertThat(blob.closed).isCompleted();
    assertThat(sender.sentBytes()).isZero();
  }

  @Test
  void handsBytesOverBeforeTheConnectionDoesAnythingElse() {
    start();
    List<Integer> writtenBefore = new ArrayList<>();
    channel.eventLoop().execute(() -> writtenBefore.add(client.notYetTaken.size()));
    blob.asked.remove().answer().complete(new BlobBytes.InMemory(ByteBuffer.allocate(10)));
    channel.runPendingTasks();
    assertThat(writtenBefore).containsExactly(1);
  }

  @Test
  void isPatientWithASlowClientAndASlowSource() {
    start();
    pass(60);
    arrive(0, 5);
    pass(5);
    client.notYetTaken.remove().setSuccess();
    pass(60);
    arrive(5, 5);
    pass(5);
    client.notYetTaken.remove().setSuccess();
    assertThat(failure).isEmpty();
    assertThat(firstBytes).isEqualTo(1);
    assertThat(blob.closed).isCompleted();
  }
}
