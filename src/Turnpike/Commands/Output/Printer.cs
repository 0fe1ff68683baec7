using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Turnpike.Commands.Output;

/// <summary>Where a command's answer goes: tables for people, or one JSON document with <c>--json</c>.</summary>
internal sealed class Printer(TextWriter output, TextWriter error, bool isJson)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Prints the same answer in the form that was asked for.</summary>
    /// <param name="document">Serialised with snake-case names.</param>
    /// <param name="text">Makes the text for people.</param>
    public void Answer(object document, Func<string> text) =>
        output.WriteLine(isJson ? JsonSerializer.Serialize(document, Json) : text());

    /// <summary>Says why there is no answer; with <c>--json</c> as a document, so that what is printed always parses.</summary>
    public void Fail(string message)
    {
        if (isJson)
        {
            output.WriteLine(JsonSerializer.Serialize(new { Error = new { Message = message } }, Json));
        }
        else
        {
            error.WriteLine($"turnpike: {message}");
        }
    }
}
