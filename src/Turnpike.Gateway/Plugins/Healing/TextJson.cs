using System.Text.Json.Serialization;

namespace Turnpike.Gateway.Plugins.Healing;

[JsonSerializable(typeof(string))]
internal sealed partial class TextJson : JsonSerializerContext;
