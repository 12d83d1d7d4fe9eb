package io.shoal.node.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;

class FrameDecoderFuzzTest {

  @FuzzTest(maxDuration = "5s")
  void anyBytesAreMessagesOrRefused(byte[] bytes) {
    AnyBytes.read(bytes, Math.max(1, bytes.length));
  }
}
