package io.shoal.origin.http;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.shoal.client.origin.OriginApi;
import io.shoal.oci.registry.Answer;
import io.shoal.oci.registry.RequestResponder;
import io.shoal.service.ClusterAccess;
import java.io.InputStream;

/**
 * Lets registry-proxies of the cluster push: behind {@link OriginApi#PUSH} stands the registry
 * protocol as their clients speak it.
 */
public final class PushGate implements RequestResponder {

  private final ClusterAccess access;
  private final RequestResponder push;
  private final BlobResponder others;

  /**
   * @param push answers pushes
   * @param others answers everything else
   */
  public PushGate(ClusterAccess access, RequestResponder push, BlobResponder others) {
    this.access = access;
    this.push = push;
    this.others = others;
  }

  @Override
  public boolean claims(String uri) {
    return isPush(uri) || others.claims(uri);
  }

  @Override
  public boolean takesBody(HttpRequest request) {
    return isPush(request.uri());
  }

  private static boolean isPush(String uri) {
    return uri.startsWith(OriginApi.PUSH + "/");
  }

  @Override
  public Answer answer(HttpRequest request) throws InterruptedException {
    return answer(request, InputStream.nullInputStream());
  }

  @Override
  public Answer answer(HttpRequest request, InputStream body) throws InterruptedException {
    if (!isPush(request.uri())) {
      return others.answer(request);
    }
    if (!access.allows(request.headers().get(HttpHeaderNames.AUTHORIZATION))) {
      return BlobResponder.refused(request);
    }
    return push.answer(
        new DefaultHttpRequest(
            request.protocolVersion(),
            request.method(),
            request.uri().substring(OriginApi.PUSH.length()),
            request.headers()),
        body);
  }
}
