using System.Text.Json;

namespace Turnpike.Gateway.Dialects.Gemini;

/// <summary>One part of a candidate's content, a function call or bytes in it: where the members stand, as ranges of the part's own bytes.</summary>
/// <remarks>The members of the inner objects do not collide, so one walk reads any of the three.</remarks>
internal struct GeminiPart
{
    public Range? Text { get; private set; }

    public bool IsThought { get; private set; }

    public Range? Signature { get; private set; }

    public Range? Call { get; private set; }

    public Range? Bytes { get; private set; }

    public Range? Id { get; private set; }

    public Range? Name { get; private set; }

    public Range? Arguments { get; private set; }

    /// <summary>Pieces of a call's arguments.</summary>
    public Range? Pieces { get; private set; }

    /// <summary>The rest of a call's arguments comes in later events.</summary>
    public bool IsContinued { get; private set; }

    public Range? MediaType { get; private set; }

    public Range? Data { get; private set; }

    /// <param name="data">An object.</param>
    public static GeminiPart Read(ReadOnlySpan<byte> data)
    {
        var read = default(GeminiPart);
        var json = new Utf8JsonReader(data);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (!read.ReadOfPart(ref json) && !read.ReadOfInner(ref json))
            {
                GeminiJson.Pass(ref json);
            }
        }

        return read;
    }

    private bool ReadOfPart(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("text"u8))
        {
            Text = GeminiJson.Text(ref json);
        }
        else if (json.ValueTextEquals("thought"u8))
        {
            IsThought = GeminiJson.IsTrue(ref json);
        }
        else if (json.ValueTextEquals("thoughtSignature"u8))
        {
            Signature = GeminiJson.Text(ref json);
        }
        else if (json.ValueTextEquals("functionCall"u8))
        {
            Call = GeminiJson.Value(ref json, JsonTokenType.StartObject);
        }
        else if (json.ValueTextEquals("inlineData"u8))
        {
            Bytes = GeminiJson.Value(ref json, JsonTokenType.StartObject);
        }
        else
        {
            return false;
        }

        return true;
    }

    private bool ReadOfInner(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("id"u8))
        {
            Id = GeminiJson.Text(ref json);
        }
        else if (json.ValueTextEquals("name"u8))
        {
            Name = GeminiJson.Text(ref json);
        }
        else if (json.ValueTextEquals("args"u8))
        {
            Arguments = GeminiJson.Value(ref json, JsonTokenType.StartObject);
        }
        else if (json.ValueTextEquals("partialArgs"u8))
        {
            Pieces = GeminiJson.Value(ref json, JsonTokenType.StartArray);
        }
        else if (json.ValueTextEquals("willContinue"u8))
        {
            IsContinued = GeminiJson.IsTrue(ref json);
        }
        else if (json.ValueTextEquals("mimeType"u8))
        {
            MediaType = GeminiJson.Text(ref json);
        }
        else if (json.ValueTextEquals("data"u8))
        {
            Data = GeminiJson.Text(ref json);
        }
        else
        {
            return false;
        }

        return true;
    }
}
