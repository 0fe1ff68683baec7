using System.Collections.Immutable;
using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Writes parameters as an endpoint takes them: under its provider's names, and not at all where they are refused, which is reported.</summary>
internal readonly struct ChatQuirks(Utf8JsonWriter json, Endpoint endpoint, DroppedParameters dropped)
{
    public Utf8JsonWriter Json => json;

    public ProviderQuirks Provider => endpoint.Provider.Quirks;

    /// <summary>Whether a parameter is sent here.</summary>
    public bool Takes(RequestParameters parameter) => (endpoint.Unsupported & parameter) == 0;

    /// <summary>Whether a parameter that the caller set is sent here; where it is not, that is reported.</summary>
    public bool Takes(RequestParameters parameter, string name)
    {
        dropped.AddIf(!Takes(parameter), name);
        return Takes(parameter);
    }

    public void Number(string name, double? value)
    {
        if (value is not null && NameOf(name) is { } known)
        {
            json.NumberIf(known, value);
        }
    }

    public void Number(string name, long? value)
    {
        if (value is not null && NameOf(name) is { } known)
        {
            json.NumberIf(known, value);
        }
    }

    public void Boolean(string name, bool? value)
    {
        if (value is not null && NameOf(name) is { } known)
        {
            json.BooleanIf(known, value);
        }
    }

    public void Text(string name, string? value)
    {
        if (value is not null && NameOf(name) is { } known)
        {
            json.StringIf(known, value);
        }
    }

    public void Raw(string name, ReadOnlyMemory<byte> value)
    {
        if (!value.IsEmpty && NameOf(name) is { } known)
        {
            json.RawIf(known, value);
        }
    }

    /// <param name="most">More are not sent; null is any number.</param>
    public void Strings(string name, ImmutableArray<string> values, int? most)
    {
        if (values.Length > 0 && NameOf(name) is { } known)
        {
            json.StringsIf(known, most is { } limit && values.Length > limit ? values[..limit] : values);
            dropped.AddIf(values.Length > most, name);
        }
    }

    private string? NameOf(string name)
    {
        if (Provider.RefusedParameters.Contains(name) || !Takes(RequestParameterNames.Find(name)))
        {
            dropped.Add(name);
            return null;
        }

        return Provider.RenamedParameters.GetValueOrDefault(name, name);
    }
}
