using System.Collections.Immutable;
using Turnpike.Configuration;

namespace Turnpike.Catalog;

/// <summary>Names the settings that differ and that a running process cannot take over.</summary>
internal static class RestartSettings
{
    /// <summary>The names as the file has them, in its order; values are not shown, some hold passwords.</summary>
    public static ImmutableArray<string> Changed(TurnpikeSettings running, TurnpikeSettings wanted)
    {
        (string Name, bool Differs)[] settings =
        [
            ("data", running.Storage.DataDirectory != wanted.Storage.DataDirectory),
            ("database", running.Storage.Database != wanted.Storage.Database),
            ("durability", running.Storage.Durability != wanted.Storage.Durability),
            ("journalBytes", running.Storage.JournalBytes != wanted.Storage.JournalBytes),
            ("urls", !running.Urls.SequenceEqual(wanted.Urls)),
            ("adminUrls", !running.AdminUrls.SequenceEqual(wanted.AdminUrls)),
            ("startingCredit", running.StartingCredit != wanted.StartingCredit),
            ("logLevel", running.LogLevel != wanted.LogLevel),
            ("limits", running.Gateway.Limits != wanted.Gateway.Limits),
            ("streaming", running.Gateway.Streaming != wanted.Gateway.Streaming),
            ("routing", running.Gateway.Routing != wanted.Gateway.Routing),
            ("freeModels", running.Gateway.FreeModels != wanted.Gateway.FreeModels),
            ("drain", running.Gateway.Drain != wanted.Gateway.Drain),
        ];
        return [.. settings.Where(static s => s.Differs).Select(static s => s.Name)];
    }
}
