using System.Collections.Frozen;
using Turnpike.Configuration.Documents;

namespace Turnpike.Configuration;

/// <summary>Reads the <c>TURNPIKE_*</c> variables. An empty one is as if it were not set.</summary>
internal static class EnvironmentSettings
{
    public const string Config = "TURNPIKE_CONFIG";

    /// <summary>The variables as if they stood on the command line.</summary>
    public static CommandLineSettings Read(IReadOnlyDictionary<string, string> environment, FaultList faults) => new()
    {
        Config = Value(environment, Config),
        Data = Value(environment, "TURNPIKE_DATA"),
        Database = Value(environment, "TURNPIKE_DATABASE"),
        Urls = Value(environment, "TURNPIKE_URLS") is { } urls ? [urls] : null,
        AdminUrls = Value(environment, "TURNPIKE_ADMIN_URLS") is { } urls2 ? [urls2] : null,
        LocalEngines = Word(environment, "TURNPIKE_LOCAL_ENGINES", SettingWords.Switches, faults),
        Durability = Word(environment, "TURNPIKE_DURABILITY", SettingWords.Durabilities, faults),
        LogLevel = Word(environment, "TURNPIKE_LOG_LEVEL", SettingWords.LogLevels, faults),
    };

    private static string? Value(IReadOnlyDictionary<string, string> environment, string name) =>
        environment.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    private static T? Word<T>(
        IReadOnlyDictionary<string, string> environment, string name, FrozenDictionary<string, T> words, FaultList faults) where T : struct
    {
        if (Value(environment, name) is not { } value)
        {
            return null;
        }

        if (words.TryGetValue(value.ToLowerInvariant(), out var known))
        {
            return known;
        }

        faults.Add(ConfigurationFault.Of(name, $"must be one of {string.Join(", ", words.Keys.Order())}, but is {DocumentNode.ShownText(value)}"));
        return null;
    }
}
