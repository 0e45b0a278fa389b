/* What a function needs to be one of the fog's: docs/functions.md, "The interface". One module, one function, one file. */
#ifndef FOG_H
#define FOG_H

typedef unsigned char fog_u8;
typedef unsigned short fog_char; /* a UTF-16 unit */
typedef int fog_i32;
typedef unsigned int fog_u32;
typedef unsigned long long fog_array; /* address in the high half, count in the low half */

/* Exports what follows under this name. */
#define FOG_EXPORT(name) __attribute__((export_name(name)))

/* Puts a JSON file into the module as its manifest. The path is looked up as the compiler's -I says. */
#define FOG_MANIFEST(file) __asm__(".section .custom_section.fog.manifest,\"\",@\n\t.incbin \"" file "\"\n\t.section .text,\"\",@\n");

/* What a function may import; what it does not call is not imported. */
#define FOG_IMPORT(name) __attribute__((import_module("fog"), import_name(name)))

FOG_IMPORT("log") void fog_log(const fog_char *text, fog_u32 units);
FOG_IMPORT("now") long long fog_now(void);       /* ms since 1970-01-01 UTC */
FOG_IMPORT("random") long long fog_random(void); /* all 64 bits */
FOG_IMPORT("checkpoint") void fog_checkpoint(void);
FOG_IMPORT("emit") void fog_emit(const fog_char *stream, fog_u32 stream_units, const fog_char *text, fog_u32 units); /* an effect */
FOG_IMPORT("call") void fog_call(const fog_char *function, fog_u32 function_units, const fog_char *arguments_json, fog_u32 units); /* an effect */
FOG_IMPORT("state_put") void fog_state_put(const fog_char *key, fog_u32 key_units, const fog_char *text, fog_u32 units); /* an effect */

#define FOG_ARRAY(address, count) ((fog_array)(fog_u32)(address) << 32 | (fog_u32)(count))

extern fog_u8 __heap_base; /* the linker's: first byte after static data and stack */

static fog_u32 fog_heap;

/* Memory, all zero, for the rest of the call; the next call has a memory of its own. The host asks for each array argument. */
FOG_EXPORT("fog_alloc")
void *fog_alloc(fog_u32 bytes)
{
    if (fog_heap == 0) fog_heap = (fog_u32)(unsigned long)&__heap_base;
    fog_u32 start = (fog_heap + 7) & ~7u;
    fog_u32 room = (fog_u32)__builtin_wasm_memory_size(0) << 16;
    if (bytes > 0x7FFFFFFF - start) __builtin_trap();
    if (start + bytes > room && __builtin_wasm_memory_grow(0, (start + bytes - room + 0xFFFF) >> 16) == (unsigned long)-1) __builtin_trap();
    fog_heap = start + bytes;
    return (void *)(unsigned long)start;
}

#endif
