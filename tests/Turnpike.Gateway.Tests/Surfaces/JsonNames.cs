using System.Text.Json;

namespace Turnpike.Gateway.Tests.Surfaces;

internal static class JsonNames
{
    /// <summary>The names of an object's properties, sorted, in one line.</summary>
    public static string Names(this JsonElement element) =>
        string.Join(' ', element.EnumerateObject().Select(static p => p.Name).Order(StringComparer.Ordinal));

    /// <summary>The names that <paramref name="wanted"/> (separated by spaces) has and the object has not.</summary>
    public static IEnumerable<string> Missing(this JsonElement element, string wanted) =>
        wanted.Split(' ').Where(name => !element.TryGetProperty(name, out _));
}
