using Microsoft.Extensions.DependencyInjection;
using Turnpike.Gateway.Plugins.Compression;
using Turnpike.Gateway.Plugins.Files;
using Turnpike.Gateway.Plugins.Healing;
using Turnpike.Gateway.Plugins.Moderation;
using Turnpike.Gateway.Plugins.Web;

namespace Turnpike.Gateway.Plugins;

/// <summary>The plugins that there are, in the order in which they work: who judges comes first, who shortens last.</summary>
internal static class PluginRegistration
{
    public static IServiceCollection AddTurnpikePlugins(this IServiceCollection services, PluginOptions options)
    {
        services.AddSingleton(options.FileParser);
        services.AddSingleton(options.Web);
        services.AddSingleton(options.Moderation);
        services.AddSingleton<PluginHttp>();
        services.AddSingleton<PdfText>();
        services.AddSingleton<OcrClient>();
        services.AddSingleton<SearchEngine>();
        services.AddSingleton<IPlugin, ModerationPlugin>();
        services.AddSingleton<IPlugin, FileParserPlugin>();
        services.AddSingleton<IPlugin, WebSearchPlugin>();
        services.AddSingleton<IPlugin, ContextCompressionPlugin>();
        services.AddSingleton<IPlugin, ResponseHealingPlugin>();
        services.AddSingleton<PluginStation>();
        return services;
    }
}
