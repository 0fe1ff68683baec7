using System.Text.Json;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>A tool that is called with a text, as a function with one argument: for those who know functions only.</summary>
internal static class FreeformTool
{
    private const string Input = "input";

    /// <summary>The schema of the function's arguments.</summary>
    public static ReadOnlyMemory<byte> Parameters { get; } =
        """{"type":"object","properties":{"input":{"type":"string"}},"required":["input"],"additionalProperties":false}"""u8.ToArray();

    /// <summary>What stands before the text in the arguments, as the inside of a JSON string.</summary>
    public static ReadOnlySpan<byte> Before => "{\\\"input\\\":\\\""u8;

    /// <summary>What stands behind it.</summary>
    public static ReadOnlySpan<byte> After => "\\\"}"u8;

    /// <param name="syntax">What the grammar is written in: lark, regex; null where the text is free.</param>
    public static string Describe(string? description, string? syntax, string? grammar)
    {
        var rule = grammar is null ? "" : $" It must fit this {syntax} grammar:\n{grammar}";
        return $"{description}\n\nThe argument '{Input}' is the whole text that the tool is called with.{rule}".TrimStart();
    }

    /// <summary>The function's arguments for a text.</summary>
    public static string ArgumentsOf(string input)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = JsonWriting.To(buffer))
        {
            json.WriteStartObject();
            json.WriteString(Input, input);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The text that arguments hold; themselves where a model wrote something else.</summary>
    public static string InputOf(string arguments)
    {
        try
        {
            using var document = JsonDocument.Parse(arguments);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Text(Input) ?? arguments : arguments;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException) // the second: half a character
        {
            return arguments;
        }
    }

    /// <summary>As <see cref="InputOf"/>, both as the insides of JSON strings.</summary>
    public static byte[] InputInside(ReadOnlySpan<byte> arguments) => JsonText.Inside(InputOf(JsonText.Meaning(arguments)));

    /// <summary>True where a tool of that name takes a text.</summary>
    /// <param name="name">The inside of a JSON string.</param>
    public static bool IsNamed(List<Tool> tools, ReadOnlySpan<byte> name)
    {
        foreach (var tool in tools)
        {
            if (tool.Freeform is not null && name.SequenceEqual(JsonText.Inside(tool.Name)))
            {
                return true;
            }
        }

        return false;
    }
}
