using System.Text.Json;
using System.Text.Json.Serialization;

namespace Turnpike.Gateway.Dialects.BedrockConverse;

[JsonSerializable(typeof(JsonElement))]
internal sealed partial class BedrockJson : JsonSerializerContext;
