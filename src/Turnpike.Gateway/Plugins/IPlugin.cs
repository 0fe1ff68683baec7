using System.Text.Json;
using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Plugins;

/// <summary>Works on a request before it is sent, or on its answer. One folder and one registration each.</summary>
internal interface IPlugin
{
    /// <summary>Its id in a request's <c>plugins</c>.</summary>
    string Id { get; }

    /// <summary>What it has to do for a request; null where it has nothing to do. Sends nothing and changes nothing.</summary>
    /// <param name="options">Its element of <c>plugins</c>; null where the request does not name it.</param>
    /// <exception cref="Dialects.Neutral.NeutralReadException">The options are wrong.</exception>
    IPluginWork? Plan(Exchange exchange, JsonElement? options);
}

/// <summary>What a plugin does for one request.</summary>
internal interface IPluginWork
{
    /// <summary>The most that it costs the caller beyond the model.</summary>
    Core.Money.NanoUsd CostMax { get; }

    /// <summary>The most text that it adds to the prompt, bytes.</summary>
    long AddedBytesMax { get; }

    /// <summary>Works on the neutral form of the request, whose credit is held by now. The error to tell, or null.</summary>
    ValueTask<GatewayError?> PrepareAsync(Exchange exchange, CancellationToken cancellationToken);
}
