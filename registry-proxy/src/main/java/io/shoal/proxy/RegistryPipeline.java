package io.shoal.proxy;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.shoal.oci.registry.RegistryEndpoint;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Puts the registry in front of the framework on every connection: its own way costs 20 times. */
@Singleton
final class RegistryPipeline implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {

  private final RegistryEndpoint endpoint;

  RegistryPipeline(RegistryEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
    event.getBean().register(new Customizer(endpoint, null));
    return event.getBean();
  }

  private record Customizer(RegistryEndpoint endpoint, @Nullable Channel channel)
      implements NettyServerCustomizer {

    @Override
    public NettyServerCustomizer specializeForChannel(Channel connection, ChannelRole role) {
      return new Customizer(endpoint, connection);
    }

    @Override
    public void onStreamPipelineBuilt() {
      if (channel != null) {
        channel
            .pipeline()
            .addBefore(
                ChannelPipelineCustomizer.HANDLER_MICRONAUT_INBOUND,
                "shoal-registry",
                endpoint.newHandler());
      }
    }
  }
}
