using System.Collections.Immutable;
using Turnpike.Configuration.Documents;
using Turnpike.Gateway;
using Turnpike.Gateway.Dispatch.Rescue;
using Turnpike.Gateway.Media;
using Turnpike.Gateway.Plugins;

namespace Turnpike.Configuration;

/// <summary>Reads the settings of turnpike.json. The catalogue in it is read by <see cref="Catalog.CatalogAssembly"/>.</summary>
internal static class ConfigurationReader
{
    private const int MiB = 1 << 20;

    /// <param name="o">The root; the caller reads the catalogue too and then calls <see cref="ObjectReader.Done"/>.</param>
    /// <param name="folder">The folder of the file, which paths in it are relative to.</param>
    public static FileSettings Read(ObjectReader o, string folder)
    {
        o.Ignore("$schema");
        return new()
        {
            Data = o.Text("data") is { } data ? Path.GetFullPath(data, folder) : null,
            Database = Database(o, folder),
            Durability = o.Choice("durability", SettingWords.Durabilities.Keys) is { } d ? SettingWords.Durabilities[d] : null,
            JournalBytes = o.Whole<long>("journalBytes", MiB, 1024L * MiB),
            Urls = Urls(o),
            AdminUrls = o.TextOrTexts("adminUrls", ListenAddresses.Fault),
            StartingCredit = o.Usd("startingCredit", 1_000_000),
            LocalEngines = o.Flag("localEngines"),
            LogLevel = o.Choice("logLevel", SettingWords.LogLevels.Keys) is { } l ? SettingWords.LogLevels[l] : null,
            Gateway = Gateway(o),
        };
    }

    private static ImmutableArray<string>? Urls(ObjectReader o)
    {
        if (o.Node?.Member("urls") is { Kind: NodeKind.Array, Children.Length: 0 })
        {
            o.Fault("urls", "must have at least one address");
        }

        return o.TextOrTexts("urls", ListenAddresses.Fault);
    }

    private static string? Database(ObjectReader o, string folder)
    {
        if (o.Text("database") is not { } name)
        {
            return null;
        }

        if (DatabaseName.Fault(name) is { } fault)
        {
            o.Fault("database", fault);
            return null;
        }

        return DatabaseName.Resolve(name, folder);
    }

    private static GatewayOptions Gateway(ObjectReader o)
    {
        var defaults = new GatewayOptions();
        return defaults with
        {
            Limits = Limits(o.Object("limits"), defaults.Limits),
            Streaming = Streaming(o.Object("streaming"), defaults.Streaming),
            Media = Media(o.Object("media"), defaults.Media),
            Plugins = Plugins(o.Object("plugins"), defaults.Plugins),
            Replay = Replay(o.Object("replay"), defaults.Replay),
            ResponseCache = ResponseCache(o.Object("responseCache"), defaults.ResponseCache),
            Images = Images(o.Object("images"), defaults.Images),
            Responses = Responses(o.Object("responses"), defaults.Responses),
            FreeModels = FreeModels(o.Object("freeModels"), defaults.FreeModels),
            Routing = Routing(o.Object("routing"), defaults.Routing),
            Presets = Presets(o),
            Drain = o.Duration("drain", TimeSpan.Zero, TimeSpan.FromMinutes(10)) ?? defaults.Drain,
        };
    }

    private static RequestLimits Limits(ObjectReader o, RequestLimits defaults)
    {
        var second = TimeSpan.FromSeconds(1);
        var limits = defaults with
        {
            BodyBytesMax = o.Whole<long>("bodyBytesMax", 1024, 1024L * MiB) ?? defaults.BodyBytesMax,
            AnswerBytesMax = o.Whole("answerBytesMax", 1024, 1024 * MiB) ?? defaults.AnswerBytesMax,
            EventBytesMax = o.Whole("eventBytesMax", 1024, 256 * MiB) ?? defaults.EventBytesMax,
            HeaderBytesMax = o.Whole("headerBytesMax", 1024, MiB) ?? defaults.HeaderBytesMax,
            HeaderTimeout = o.Duration("headerTimeout", second, TimeSpan.FromMinutes(10)) ?? defaults.HeaderTimeout,
            BodyTimeout = o.Duration("bodyTimeout", second, TimeSpan.FromHours(1)) ?? defaults.BodyTimeout,
            KeepAlive = o.Duration("keepAlive", second, TimeSpan.FromHours(1)) ?? defaults.KeepAlive,
            AttemptsMax = o.Whole("attemptsMax", 1, 16) ?? defaults.AttemptsMax,
            LearnedFloor = o.Duration("learnedFloor", TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)) ?? defaults.LearnedFloor,
            Deadline = o.Duration("deadline", TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(24)) ?? defaults.Deadline,
        };
        o.Done();
        return limits;
    }

    private static StreamOptions Streaming(ObjectReader o, StreamOptions defaults)
    {
        var options = defaults with
        {
            KeepAliveInterval = o.Duration("keepAliveInterval", TimeSpan.Zero, TimeSpan.FromMinutes(10)) ?? defaults.KeepAliveInterval,
            KeepAliveComment = o.Text("keepAliveComment", charsMax: 200) ?? defaults.KeepAliveComment,
            Rescue = o.Choice("rescue", ["off", "continue", "restart"]) switch
            {
                "off" => RescueMode.Off,
                "continue" => RescueMode.Continue,
                "restart" => RescueMode.Restart,
                _ => defaults.Rescue,
            },
        };
        o.Done();
        return options;
    }

    private static MediaOptions Media(ObjectReader o, MediaOptions defaults)
    {
        var options = defaults with
        {
            BytesMax = o.Whole("bytesMax", 1024, 256 * MiB) ?? defaults.BytesMax,
            Timeout = o.Duration("timeout", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)) ?? defaults.Timeout,
            CountMax = o.Whole("countMax", 0, 256) ?? defaults.CountMax,
            PrivateAddresses = o.Flag("privateAddresses") ?? defaults.PrivateAddresses,
        };
        o.Done();
        return options;
    }

    private static ImageOptions Images(ObjectReader o, ImageOptions defaults)
    {
        var options = defaults with
        {
            Keep = o.Duration("keep", TimeSpan.FromSeconds(1), TimeSpan.FromHours(24)) ?? defaults.Keep,
            BytesMax = o.Whole<long>("bytesMax", 1024, 16L * 1024 * MiB) ?? defaults.BytesMax,
        };
        o.Done();
        return options;
    }

    private static PluginOptions Plugins(ObjectReader o, PluginOptions defaults)
    {
        var options = new PluginOptions
        {
            FileParser = FileParser(o.Object("fileParser"), defaults.FileParser),
            Web = WebSearch(o.Object("web"), defaults.Web),
            Moderation = Moderation(o.Object("moderation"), defaults.Moderation),
        };
        o.Done();
        return options;
    }

    private static FileParserOptions FileParser(ObjectReader o, FileParserOptions defaults)
    {
        var options = defaults with
        {
            PdfToText = o.Text("pdfToText", charsMax: 512) ?? defaults.PdfToText,
            Timeout = o.Duration("timeout", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)) ?? defaults.Timeout,
            OcrUrl = o.HttpUrl("ocrUrl") ?? defaults.OcrUrl,
            OcrKey = o.Secret("ocrKey"),
            OcrPricePerThousand = o.Usd("ocrPricePerThousand", 10_000) ?? defaults.OcrPricePerThousand,
        };
        o.Done();
        return options;
    }

    private static WebSearchOptions WebSearch(ObjectReader o, WebSearchOptions defaults)
    {
        var options = defaults with
        {
            Engine = o.Choice("engine", ["exa", "tavily", "searxng"]),
            Url = o.HttpUrl("url"),
            Key = o.Secret("key"),
            PricePerThousand = o.Usd("pricePerThousand", 10_000) ?? defaults.PricePerThousand,
        };
        o.Done();
        return options;
    }

    private static ModerationOptions Moderation(ObjectReader o, ModerationOptions defaults)
    {
        var options = defaults with
        {
            Url = o.HttpUrl("url"),
            Key = o.Secret("key"),
            Model = o.Text("model", charsMax: 256) ?? defaults.Model,
            Always = o.Flag("always") ?? defaults.Always,
        };
        if (options is { Always: true, Url: null })
        {
            o.Fault("always", "needs a 'url' of who judges");
        }

        o.Done();
        return options;
    }

    private static ReplayOptions Replay(ObjectReader o, ReplayOptions defaults)
    {
        var options = defaults with
        {
            Always = o.Flag("always") ?? defaults.Always,
            Keep = o.Duration("keep", TimeSpan.Zero, TimeSpan.FromHours(24)) ?? defaults.Keep,
            Grace = o.Duration("grace", TimeSpan.Zero, TimeSpan.FromHours(1)) ?? defaults.Grace,
            AnswerBytesMax = o.Whole("answerBytesMax", 1024, 256 * MiB) ?? defaults.AnswerBytesMax,
            BytesMax = o.Whole<long>("bytesMax", MiB, 64L * 1024 * MiB) ?? defaults.BytesMax,
            AnswersMax = o.Whole("answersMax", 1, 1_000_000) ?? defaults.AnswersMax,
        };
        o.Done();
        return options;
    }

    private static ResponseCacheOptions ResponseCache(ObjectReader o, ResponseCacheOptions defaults)
    {
        var options = defaults with
        {
            Enabled = o.Flag("enabled") ?? defaults.Enabled,
            AnswerBytesMax = o.Whole("answerBytesMax", 1024, 64 * MiB) ?? defaults.AnswerBytesMax,
            BytesMax = o.Whole<long>("bytesMax", 64 * 1024, 64L * 1024 * MiB) ?? defaults.BytesMax,
        };
        o.Done();
        return options;
    }

    private static ResponseOptions Responses(ObjectReader o, ResponseOptions defaults)
    {
        var options = defaults with
        {
            Store = o.Flag("store") ?? defaults.Store,
            Keep = o.Duration("keep", TimeSpan.FromMinutes(1), TimeSpan.FromHours(8784)) ?? defaults.Keep,
            BytesMax = o.Whole("bytesMax", 1024, 64 * MiB) ?? defaults.BytesMax,
            CountMax = o.Whole("countMax", 1, 1_000_000) ?? defaults.CountMax,
        };
        o.Done();
        return options;
    }

    private static RoutingOptions Routing(ObjectReader o, RoutingOptions defaults)
    {
        var options = defaults with
        {
            Strategy = o.Choice("strategy", RoutingOptions.Words) ?? defaults.Strategy,
            RecordDays = o.Whole("recordDays", 0, 3650) ?? defaults.RecordDays,
            Hedging = Hedging(o.Object("hedging"), defaults.Hedging),
        };
        o.Done();
        return options;
    }

    private static HedgingOptions Hedging(ObjectReader o, HedgingOptions defaults)
    {
        var longest = TimeSpan.FromMinutes(10);
        var options = defaults with
        {
            Mode = o.Choice("mode", ["off", "asked", "all"]) switch
            {
                "off" => HedgeMode.Off,
                "asked" => HedgeMode.Asked,
                "all" => HedgeMode.All,
                _ => defaults.Mode,
            },
            ShareMax = o.Number("shareMax", 0, 1) ?? defaults.ShareMax,
            CostPerHourMax = o.Usd("costPerHourMax", 100_000) ?? defaults.CostPerHourMax,
            DelayMin = o.Duration("delayMin", TimeSpan.Zero, longest) ?? defaults.DelayMin,
            DelayMax = o.Duration("delayMax", TimeSpan.Zero, longest) ?? defaults.DelayMax,
            DelayUntilLearned = o.Duration("delayUntilLearned", TimeSpan.Zero, longest) ?? defaults.DelayUntilLearned,
            WithCache = o.Flag("withCache") ?? defaults.WithCache,
        };
        if (options.DelayMin > options.DelayMax)
        {
            o.Fault("delayMin", "must not be longer than 'delayMax'");
        }

        o.Done();
        return options;
    }

    private static Dictionary<string, string> Presets(ObjectReader o)
    {
        var presets = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in o.Members("presets"))
        {
            var slug = member.Name!; // a member of an object has a name
            var json = member.ToJson();
            if (member.Kind is not NodeKind.Object)
            {
                o.Context.Faults.Add(member, $"must be an object of request fields, but is {member.Shown()}");
            }
            else if (Catalog.Slugs.PresetFault(slug) is { } wrong)
            {
                o.Context.Faults.Add(member, wrong);
            }
            else if (PresetFault.Of(json) is { } fault)
            {
                o.Context.Faults.Add(member, $"is not what a request can have: {fault}");
            }

            presets[slug] = json;
        }

        return presets;
    }

    private static FreeModelLimits FreeModels(ObjectReader o, FreeModelLimits defaults)
    {
        const int RequestsMax = 1_000_000_000;
        var limits = defaults with
        {
            PerMinute = o.Whole("perMinute", 0, RequestsMax) ?? defaults.PerMinute,
            PerDay = o.Whole("perDay", 0, RequestsMax) ?? defaults.PerDay,
            PerDayWithCredit = o.Whole("perDayWithCredit", 0, RequestsMax) ?? defaults.PerDayWithCredit,
            CreditThresholdUsd = o.Usd("creditThreshold", 1_000_000)?.ToUsd() ?? defaults.CreditThresholdUsd,
        };
        o.Done();
        return limits;
    }
}
