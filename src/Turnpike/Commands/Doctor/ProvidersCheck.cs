using Turnpike.Configuration;
using Turnpike.Core.Catalog;

namespace Turnpike.Commands.Doctor;

/// <summary>Looks at the providers in the settings, without asking them anything.</summary>
internal static class ProvidersCheck
{
    public static Finding Run(TurnpikeSettings settings)
    {
        var real = settings.Catalog.Providers.Where(static p => p.BaseUrl is not null).ToList();
        if (real.Count == 0)
        {
            return Finding.Note(
                "providers", "Only the built-in one is enabled. Set a provider's key in the environment (OPENAI_API_KEY, …) or in turnpike.json.");
        }

        var keyless = real.Where(IsKeyless).Select(static p => p.Id).ToList();
        var names = string.Join(", ", real.Select(static p => p.Id));
        return keyless.Count > 0
            ? Finding.Note("providers", $"No key is set for {string.Join(", ", keyless)}; see 'turnpike providers check'.")
            : Finding.Ok("providers", $"{real.Count} enabled: {names}. 'turnpike providers check' asks them.");
    }

    private static bool IsKeyless(Provider provider) =>
        provider is { ApiKey: null, HasCredentials: false, Headers.IsEmpty: true, IsLocal: false, BaseUrl.IsLoopback: false };
}
