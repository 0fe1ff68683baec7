using System.Globalization;
using System.Text.Json;
using Turnpike.Core.Accounts;

namespace Turnpike.Gateway.Surfaces.Presets;

/// <summary>Presets as OpenRouter's API tells them. There are no users and workspaces here; who made a version is told by its key's hash.</summary>
internal static class PresetJson
{
    public static void WriteList(Utf8JsonWriter writer, (IEnumerable<StoredPreset> Presets, int Total) list) =>
        WritePage(writer, list.Presets, list.Total, WriteMembers);

    public static void WriteWhole(Utf8JsonWriter writer, StoredPreset preset)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("data"u8);
        WriteMembers(writer, preset);
        writer.WriteStartObject("designated_version"u8);
        WriteMembers(writer, preset.Version);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    public static void WriteVersions(Utf8JsonWriter writer, PresetVersionPage page) => WritePage(writer, page.Versions, page.Total, WriteMembers);

    public static void WriteVersion(Utf8JsonWriter writer, PresetVersion version)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("data"u8);
        WriteMembers(writer, version);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    public static void WriteDeleted(Utf8JsonWriter writer, string slug)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("data"u8);
        writer.WriteString("slug"u8, slug);
        writer.WriteBoolean("deleted"u8, true);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WritePage<T>(Utf8JsonWriter writer, IEnumerable<T> items, int total, Action<Utf8JsonWriter, T> writeMembers)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("data"u8);
        foreach (var item in items)
        {
            writer.WriteStartObject();
            writeMembers(writer, item);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("total_count"u8, total);
        writer.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter writer, StoredPreset preset)
    {
        writer.WriteString("id"u8, preset.Id);
        writer.WriteNull("creator_user_id"u8);
        writer.WriteNull("workspace_id"u8);
        writer.WriteString("name"u8, preset.Slug);
        writer.WriteString("slug"u8, preset.Slug);
        writer.WriteNull("description"u8);
        writer.WriteString("status"u8, "active"u8);
        writer.WriteString("designated_version_id"u8, preset.Version.Id);
        writer.WriteString("created_at"u8, Instant(preset.CreatedAt));
        writer.WriteString("updated_at"u8, Instant(preset.UpdatedAt));
        writer.WriteNull("status_updated_at"u8);
    }

    private static void WriteMembers(Utf8JsonWriter writer, PresetVersion version)
    {
        writer.WriteString("id"u8, version.Id);
        writer.WriteString("preset_id"u8, version.PresetId);
        writer.WriteString("creator_id"u8, version.CreatedBy.ToString());
        writer.WriteNumber("version"u8, version.Number);
        writer.WriteString("system_prompt"u8, version.SystemPrompt);
        writer.WritePropertyName("config"u8);
        writer.WriteRawValue(version.Config);
        writer.WriteString("created_at"u8, Instant(version.CreatedAt));
        writer.WriteString("updated_at"u8, Instant(version.CreatedAt)); // a version does not change
    }

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
