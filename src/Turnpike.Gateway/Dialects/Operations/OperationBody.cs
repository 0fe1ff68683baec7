using System.Buffers;
using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.Operations;

/// <summary>Writes an operation's request for a provider that speaks its form: the model's name there, the caller's members as they came.</summary>
internal static class OperationBody
{
    /// <param name="more">Writes members of ours, for whose names the caller's are left out.</param>
    /// <param name="left">True for members of the caller that are left out.</param>
    public static JsonBody Write(
        ReadOnlyMemory<byte> body, OperationWish wish, UpstreamTarget target, Action<Utf8JsonWriter>? more = null, Func<string, bool>? left = null)
    {
        var options = ProviderOptions.Of(target);
        var output = new ArrayBufferWriter<byte>(body.Length + 128);
        using (var json = JsonWriting.To(output))
        {
            json.WriteStartObject();
            json.RawIf("model", target.Model);
            json.StringIf("user", target.User);
            foreach (var member in wish.Members)
            {
                if (left?.Invoke(member.Name) != true && !options.Any(o => o.Name == member.Name))
                {
                    json.RawIf(member.Name, body[member.Value]);
                }
            }

            more?.Invoke(json);
            foreach (var option in options)
            {
                json.WritePropertyName(option.Name);
                json.WriteRawValue(option.Value.GetRawText());
            }

            json.WriteEndObject();
        }

        return new(output.WrittenMemory);
    }
}
