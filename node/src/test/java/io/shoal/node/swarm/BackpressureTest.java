package io.shoal.node.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.core.peer.PeerInfo;
import io.shoal.node.wire.Link;
import io.shoal.swarm.message.PeerMessage;
import io.shoal.swarm.message.PeerMessage.Have;
import io.shoal.swarm.message.PeerMessage.Ready;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackpressureTest {

  private static final Ready SMALL = new Ready(0);
  private static final long PAYLOAD_LIMIT = 1000;
  private static final long MESSAGE_LIMIT = 10 * Backpressure.weight(SMALL);

  private final Backpressure backpressure = new Backpressure(PAYLOAD_LIMIT, MESSAGE_LIMIT);

  /** Counts what it is told about reading. */
  private static final class FakeLink implements Link {
    int pauses;
    int resumes;

    boolean reads() {
      assertThat(pauses - resumes).isBetween(0, 1);
      return pauses == resumes;
    }

    @Override
    public void pauseReading() {
      pauses++;
    }

    @Override
    public void resumeReading() {
      resumes++;
    }

    @Override
    public PeerInfo peer() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean dialled() {
      return false;
    }

    @Override
    public void send(PeerMessage message) {}

    @Override
    public void sendData(
        PeerMessage.Data header,
        FileChannel file,
        long position,
        Consumer<Optional<Throwable>> done) {}

    @Override
    public void close(String reason) {}
  }

  private final FakeLink link = new FakeLink();
  private final FakeLink other = new FakeLink();
  private final Backpressure.Gauge gauge = backpressure.add(link);
  private final Backpressure.Gauge otherGauge = backpressure.add(other);

  @Test
  void onlyTheLinkWhoseMessagesPileUpIsStopped() {
    messages(10);
    assertThat(link.reads()).isTrue();

    messages(1);
    assertThat(link.reads()).isFalse();
    assertThat(other.reads()).isTrue();
  }

  @Test
  void readingGoesOnWhenHalfTheMessagesAreSeen() {
    messages(50);
    done(45);
    assertThat(link.reads()).isFalse();

    done(1);
    assertThat(link.reads()).isTrue();
    assertThat(link.pauses).isEqualTo(1);
  }

  @Test
  void longListsCountForMore() {
    Have have = new Have(0, IntStream.range(0, 100).boxed().toList());
    backpressure.message(gauge, have);
    assertThat(link.reads()).isFalse();

    backpressure.messageDone(gauge, have);
    assertThat(link.reads()).isTrue();
  }

  @Test
  void tooMuchPayloadStopsAllLinksAndThoseThatComeUpMeanwhile() {
    backpressure.payload(1001);
    FakeLink newcomer = new FakeLink();
    backpressure.add(newcomer);
    assertThat(link.reads()).isFalse();
    assertThat(other.reads()).isFalse();
    assertThat(newcomer.reads()).isFalse();

    backpressure.payloadDone(502);
    assertThat(link.reads()).isTrue();
    assertThat(other.reads()).isTrue();
    assertThat(newcomer.reads()).isTrue();
  }

  @Test
  void aLinkStoppedForBothReasonsReadsOnWhenBothHavePassed() {
    messages(11);
    backpressure.payload(1001);
    assertThat(other.reads()).isFalse();

    backpressure.payloadDone(1001);
    assertThat(other.reads()).isTrue();
    assertThat(link.reads()).isFalse();

    done(11);
    assertThat(link.reads()).isTrue();
  }

  @Test
  void aLinkThatIsDownIsLeftAlone() {
    backpressure.remove(otherGauge);
    backpressure.payload(1001);

    assertThat(other.pauses).isZero();
  }

  private void messages(int count) {
    IntStream.range(0, count).forEach(_ -> backpressure.message(gauge, SMALL));
  }

  private void done(int count) {
    IntStream.range(0, count).forEach(_ -> backpressure.messageDone(gauge, SMALL));
  }
}
