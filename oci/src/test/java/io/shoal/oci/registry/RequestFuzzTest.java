package io.shoal.oci.registry;

import com.code_intelligence.jazzer.junit.FuzzTest;

class RequestFuzzTest {

  @FuzzTest(maxDuration = "5s")
  void anyBytesAreAnswered(byte[] bytes) {
    AnyRequest.read(bytes);
  }
}
