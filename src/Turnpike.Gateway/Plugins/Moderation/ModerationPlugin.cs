using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Plugins.Moderation;

/// <summary><c>moderation</c>: a service judges the prompt before a model sees it; what it flags is refused.</summary>
internal sealed class ModerationPlugin(ModerationOptions options, PluginHttp http, TimeProvider time) : IPlugin
{
    public string Id => "moderation";

    public IPluginWork? Plan(Exchange exchange, JsonElement? wish) =>
        wish is null && !options.Always ? null
        : options.Url is { } url ? new ModerationWork(url, options, http, time)
        : throw new NeutralReadException(GatewayErrors.InvalidField(
            "plugins", "asks for 'moderation', but this gateway has nobody to judge. Its operator can set 'plugins.moderation'."));
}
