### policy: the words of the why panel, of certificates and of orders that fail

## What a restriction found

fact-client-in-networks = { $client } está en { $network }
fact-client-outside-networks = { $client } no está en mynetworks ({ $networks })
fact-authenticated = la sesión se autenticó como { $user }
fact-not-authenticated = la sesión no se ha autenticado
fact-our-destination = { $domain } es nuestro: lo dice { $parameter }
fact-foreign-destination = { $domain } no es un dominio nuestro
fact-form-acceptable = { $subject } está bien formado
fact-form-faulty = { $subject } no está bien formado
fact-table-matched = { $table } responde a { $key }: { $value }
fact-table-silent = { $table } no dice nada de { $subject }
fact-dns-found = el DNS tiene { $name }: { $answer }
fact-dns-missing = en el DNS no existe { $name }
fact-dns-named = { $name } se llama { $answer }
fact-dns-nameless = { $name } no tiene un nombre válido en el DNS
fact-dns-failed = el DNS no responde sobre { $name }
fact-unlisted = { $address } no existe en este servidor
fact-listed = { $address } existe: lo dice { $parameter }
fact-no-list = { $parameter } está vacío: vale cualquier nombre
fact-reserved = { $address } existe siempre: lo usa el propio Postfix
fact-no-address = aquí no hay dirección que juzgar
fact-sender-owned = { $sender } pertenece a { $owner }
fact-sender-unowned = { $sender } no pertenece a nadie
fact-unconditional = no depende de nada
fact-misconfigured = mal configurado: { $problem }

## What followed from it

outcome-continue = sigue
outcome-permit = permite
outcome-defer = rechaza por ahora
outcome-reject = rechaza
outcome-warn = solo lo anota

## What a whole list concluded

list-continue = nadie se opone
list-permit = permite: el resto de esta lista no se mira
list-defer = rechaza por ahora (4xx)
list-reject = rechaza para siempre (5xx)
list-warn = habría rechazado, pero solo lo anota

## The end of it all

verdict-accepted = aceptado
verdict-refused = rechazado: { $reply }

## The rules that decide where no restriction list does

rule-hello-first = antes va HELO o EHLO: este servidor lo exige
rule-mail-first = RCPT añade un destinatario a un correo, y no hay ninguno empezado: antes va MAIL
rule-mail-twice = ya hay un correo empezado: termínalo, o déjalo con RSET
rule-recipient-first = el mensaje va después de MAIL y RCPT, y no ha habido ninguno
rule-no-valid-recipients = no se aceptó ningún destinatario: el mensaje no iría a ninguna parte
rule-in-transaction = hay un correo empezado: esta orden va antes de MAIL o después del mensaje
rule-after-chunks = el mensaje empezó con BDAT, y con BDAT sigue hasta LAST
rule-chunk-after-error = un trozo anterior se rechazó: los que siguen se tiran
rule-empty-chunk = un trozo sin bytes solo tiene sentido si es el último (LAST)
rule-out-of-turn = el cliente mandó lo siguiente sin esperar la respuesta
rule-turned-away = al cliente se le rechazó al conectar: solo le queda irse (QUIT)
rule-silent = el cliente lleva { $value } sin decir nada
rule-syntax = la orden no se escribe así: la respuesta dice cómo
rule-parameter-syntax = { $found } no está bien escrito
rule-unknown-parameter = este servidor no conoce la opción { $found }
rule-empty-command = en la línea no hay ninguna orden
rule-unknown-command = este servidor no conoce la orden { $found }
rule-header-as-command = { $found } va dentro de un mensaje y no es ninguna orden: el cliente habla sin escuchar
rule-forbidden-command = ningún cliente de correo dice { $found }: a quien lo dice, Postfix le cuelga
rule-not-utf8 = la línea tiene bytes que no son UTF-8
rule-bare-newline = una línea acaba en LF sin CR: así se cuela un segundo mensaje
rule-address-syntax = { $found } no es una dirección a la que se pueda mandar correo
rule-strict-address = { $found } no está escrita como pide el RFC: entre < y >, y nada más
rule-unicode-address = la dirección tiene letras que no son ASCII, y no se pidió SMTPUTF8
rule-unicode-domain = el dominio tiene letras que no son ASCII, y no se pidió SMTPUTF8
rule-keyword-discarded = este servidor deja fuera { $found } a propósito
rule-vrfy-off = VRFY está desactivado: diría a cualquiera quién existe
rule-smtputf8-off = SMTPUTF8 está desactivado
rule-etrn-not-served = aquí nadie recoge con ETRN el correo de { $found }
rule-xclient-not-trusted = solo los clientes de esta lista pueden hablar por otros
rule-xforward-not-trusted = solo los clientes de esta lista pueden decir de dónde viene el correo
rule-tls-first = aquí nada que importe va en claro: antes va STARTTLS
rule-tls-off = en este servicio TLS no está activado
rule-tls-already = ya hay TLS: no se empieza dos veces
rule-no-certificate = no hay un buen certificado con su clave: { $found }
rule-client-certificate = el cliente tiene que enseñar un certificado propio, y no lo trae
rule-auth-off = en este servicio AUTH no está activado
rule-auth-needs-tls = AUTH solo va dentro de TLS: en claro cualquiera leería la contraseña
rule-auth-excepted = a los clientes de estas redes se les esconde AUTH
rule-auth-filtered = el filtro no deja ningún mecanismo que anunciar
rule-auth-already = el cliente ya se ha autenticado en esta conexión
rule-mechanism-unknown = { $found } no está entre los mecanismos que se ofrecen
rule-not-base64 = la respuesta va en base64, y esto no lo es
rule-auth-malformed = es base64, pero no dice lo que pide el mecanismo
rule-auth-too-long =
    { $value ->
        [one] la respuesta pasa de 1 byte
       *[other] la respuesta pasa de { $value } bytes
    }
rule-auth-aborted = el cliente lo dejó: respondió «*»
rule-wrong-credentials = Dovecot no conoce a { $found } con esa contraseña
rule-too-big =
    { $value ->
        [one] el mensaje pasa de 1 byte
       *[other] el mensaje pasa de { $value } bytes
    }
rule-size-overflow = ninguna máquina cuenta hasta { $found } bytes
rule-too-many-hops =
    { $found ->
        [one] el mensaje ha pasado por 1 servidor: está dando vueltas
       *[other] el mensaje ha pasado por { $found } servidores: está dando vueltas
    }
rule-too-many-recipients =
    { $found ->
        [one] ya hay 1 destinatario aceptado, y en un correo no caben más
       *[other] ya hay { $found } destinatarios aceptados, y en un correo no caben más
    }
rule-too-many-errors =
    { $found ->
        [one] 1 error en una sesión: con { $value } se acaba
       *[other] { $found } errores en una sesión: con { $value } se acaba
    }
rule-too-many-connections =
    { $found ->
        [one] el cliente tiene 1 conexión, y el máximo es { $value }
       *[other] el cliente tiene { $found } conexiones a la vez, y el máximo es { $value }
    }
rule-connections-too-often =
    { $found ->
        [one] el cliente ha conectado 1 vez en { $unit }, y el máximo es { $value }
       *[other] el cliente ha conectado { $found } veces en { $unit }, y el máximo es { $value }
    }
rule-auth-too-often =
    { $found ->
        [one] el cliente ha dicho AUTH 1 vez en { $unit }, y el máximo es { $value }
       *[other] el cliente ha dicho AUTH { $found } veces en { $unit }, y el máximo es { $value }
    }
rule-mail-too-often =
    { $found ->
        [one] el cliente ha empezado 1 correo en { $unit }, y el máximo es { $value }
       *[other] el cliente ha empezado { $found } correos en { $unit }, y el máximo es { $value }
    }
rule-recipients-too-often =
    { $found ->
        [one] el cliente ha nombrado 1 destinatario en { $unit }, y el máximo es { $value }
       *[other] el cliente ha nombrado { $found } destinatarios en { $unit }, y el máximo es { $value }
    }
rule-tls-too-often =
    { $found ->
        [one] el cliente ha empezado TLS 1 vez en { $unit }, y el máximo es { $value }
       *[other] el cliente ha empezado TLS { $found } veces en { $unit }, y el máximo es { $value }
    }
rule-disk-full =
    { $found ->
        [one] al disco de la cola le queda 1 byte, que es poco
       *[other] al disco de la cola le quedan { $found } bytes, que son pocos
    }
rule-header-rejected = una tabla rechaza esta cabecera: { $found }
rule-body-rejected = una tabla rechaza esta línea: { $found }
rule-endless-alias = los alias de un destinatario dan vueltas, o llevan a demasiados
rule-table-unavailable = no se puede leer una tabla a la que hay que preguntar: el registro dice por qué
rule-soft-bounce = mientras esto siga así, nada se rechaza para siempre: los 5xx salen como 4xx

## Where a parameter was set, and where a rule stands written

origin-default = por defecto
origin-main = main.cf, línea { $line }
origin-master = -o en master.cf, línea { $line }
source-postfix = ningún parámetro: Postfix es así
source-protocol = ningún parámetro: lo manda el protocolo ({ $source })

## What a client makes of a certificate

certificate-good = lo firma una autoridad de confianza, está en fecha y lleva el nombre { $name }
certificate-not-yet-valid = su validez aún no ha empezado
certificate-expired = está caducado
certificate-self-signed = se firma a sí mismo: nadie de confianza responde por él
certificate-self-signed-in-chain = su cadena acaba en una autoridad en la que el cliente no confía
certificate-issuer-unknown = falta un eslabón: no se llega a una autoridad de confianza (¿el certificado intermedio?)
certificate-name-mismatch = es de otro nombre: el cliente busca { $name }
certificate-other = el cliente no lo da por bueno
certificate-hangs-up = el cliente exige un buen certificado y cuelga
certificate-keeps-mail = el cliente exige un buen certificado: no entrega el correo
certificate-goes-on = el cliente lo anota y sigue

## Why an order was not carried out

problem-no-dialogue = No hay ningún diálogo abierto.
problem-refused = Postfix no arranca con eso: { $words }
problem-not-ours = { $host } no es tuyo: su configuración se puede leer, y solo la cambia quien lo lleva.
problem-unknown = En este laboratorio no existe { $what }.

## What was done to the world

deed-wait = pasa el tiempo: { $count } { $unit ->
    [days] { $count ->
        [one] día
       *[other] días
    }
    [hours] { $count ->
        [one] hora
       *[other] horas
    }
    [minutes] { $count ->
        [one] minuto
       *[other] minutos
    }
   *[seconds] { $count ->
        [one] segundo
       *[other] segundos
    }
}

## The attacker in the middle of a wire

attack-none = Nadie toca ya el cable { $from } → { $to }.
attack-strip = Un atacante en el cable { $from } → { $to } quita 250-STARTTLS de lo que ofrece el servidor.
attack-refuse = Un atacante en el cable { $from } → { $to } contesta a STARTTLS con un error, en lugar del servidor.
attack-inject = Un atacante en el cable { $from } → { $to } cuela una orden en claro detrás de STARTTLS.
attack-certificate = Un atacante en el cable { $from } → { $to } enseña un certificado falso y habla TLS con los dos.
attack-name-strip = quita STARTTLS
attack-name-refuse = rechaza STARTTLS
attack-name-inject = cuela una orden
attack-name-certificate = certificado falso
tampering-removed = El atacante quita esto; el cliente no lo ve: { $line }
tampering-answered = El atacante contesta a { $command }; el servidor ni se entera: { $reply }
tampering-injected = El atacante añade esto; el cliente nunca lo dijo: { $line }
tampering-impersonated = El atacante se hace pasar por el servidor: certificado { $subject }, firmado por { $issuer }
tampering-read = dentro de TLS, y el atacante lo lee: { $line }
deed-delist = Se pide a { $list } que quite a { $host } de la lista.

## News of the world

news-listed = { $list } pone en su lista negra a { $address }: mandó correo a { $trap }, una dirección que nadie ha dado nunca.
news-not-listed = { $host } no está en { $list }: no hay nada que quitar.
news-delisted = { $list } lo ha probado: { $host } ya no reenvía ({ $reply }). Lo quita de la lista.
news-delisting-refused = { $list } lo ha probado: { $host } sigue reenviando correo de extraños ({ $reply }). No lo quita.
news-repeated = El mismo correo { $sent ->
        [one] 1 vez más, a otro destinatario
       *[other] { $sent } veces más, a otros tantos destinatarios
    }: aceptado { $accepted ->
        [one] 1 vez
       *[other] { $accepted } veces
    }.

## De verdad: los cambios como se hacen en un servidor real
real-thing-title = De verdad: tus cambios en un servidor Debian
real-thing-nothing = En este paso aún no has cambiado nada. Cuando lo hagas, aquí verás las órdenes y los ficheros con los que se hace lo mismo en un servidor Debian de verdad.
real-thing-difference = { $file }: diferencia con el comienzo del paso
lesson-take-home = Llévate tu configuración: «lab export postfix { $lesson }» la escribe en una carpeta, lista para un Postfix de verdad.

# ---- what was seen of a goal ----
observed-silence = silencio: cada extremo espera a que hable el otro
observed-hung-up = el servidor cuelga después de «{ $reply }»
observed-hung-up-at-once = el servidor cuelga sin decir nada
observed-not-offered = sin { $keyword }
observed-handshake-cut = el servidor cuelga en mitad de la negociación TLS
