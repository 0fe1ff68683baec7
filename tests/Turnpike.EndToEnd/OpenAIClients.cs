using System.ClientModel.Primitives;
using OpenAI;

namespace Turnpike.EndToEnd;

/// <summary>OpenAI's own client for .NET in front of a gateway.</summary>
internal static class OpenAIClients
{
    /// <summary>Where the gateway is; what fails is not asked again.</summary>
    public static OpenAIClientOptions OptionsFor(GatewayHarness gateway) =>
        new() { Endpoint = new(gateway.Address, "/api/v1"), RetryPolicy = new ClientRetryPolicy(maxRetries: 0) };
}
