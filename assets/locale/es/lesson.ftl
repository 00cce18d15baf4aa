### lesson: lo que dice el comprobador de lecciones. Cada falta tiene dos
### mensajes: qué pasa (check-…) y cómo se arregla (check-…-fix).

check-error = falta
check-warning = aviso
check-help = arreglo
check-here = aquí
check-summary = { $count ->
    [one] { $file }: 1 falta
   *[other] { $file }: { $count } faltas
}
check-fine = { $file }: sin faltas
check-warnings = { $file }: { $count ->
    [one] 1 aviso
   *[other] { $count } avisos
} (la lección se puede hacer: puede ser a propósito)
check-not-shown = { $file }: { $count ->
    [one] no se muestra 1 más
   *[other] no se muestran { $count } más
}

check-not-utf8 = esto no es UTF-8: { $bytes }
check-not-utf8-fix = guarda el fichero como UTF-8 en tu editor
check-too-large = el fichero pasa de { $kibibytes } KiB
check-too-large-fix = una lección es un texto corto: mira si es este el fichero

check-syntax = esto no es TOML válido: { $problem }
check-syntax-fix = corrige la sintaxis; lo demás se comprueba cuando el fichero se pueda leer entero
check-unknown-key = la clave «{ $key }» no existe aquí
check-unknown-key-fix = aquí puede ir: { $known }
check-unknown-key-near = la clave «{ $key }» no existe aquí
check-unknown-key-near-fix = ¿querías decir «{ $near }»?
check-missing-key = falta la clave «{ $key }»
check-missing-key-fix = añade «{ $key }» a esta tabla
check-missing-language = el texto no está en { $key ->
    [es] español
   *[en] inglés
}
check-missing-language-fix = escribe «{ $key }»: toda lección habla los dos idiomas
check-wrong-type = aquí va { $expected ->
    [array] una lista
    [boolean] true o false
    [integer] un número entero
    [object] una tabla
   *[string] un texto entre comillas
}, y hay { $found ->
    [array] una lista
    [boolean] un valor true o false
    [datetime] una fecha
    [float] un número con decimales
    [integer] un número entero
    [object] una tabla
   *[string] un texto
}
check-wrong-type-fix = cambia el valor por { $expected ->
    [array] una lista: [ … ]
    [boolean] true o false, sin comillas
    [integer] un número, sin comillas
    [object] una tabla con sus claves
   *[string] un texto: "…"
}
check-number-range = el número no cabe aquí
check-number-range-fix = escribe un número entero del { $least } al { $most }
check-not-an-address = «{ $value }» no es una dirección IP
check-not-an-address-fix = escribe una dirección IPv4 o IPv6, como "192.0.2.10" o "2001:db8::10"
check-not-a-key = «{ $value }» no es una tecla
check-not-a-key-fix = escribe una sola letra, como "m"
check-control-character = en el texto hay un carácter invisible o de control: { $code }
check-control-character-fix = quítalo: nadie lo vería, y una terminal podría obedecerlo
check-unknown-choice = «{ $value }» no es ninguna de las opciones
check-unknown-choice-fix = elige una de estas: { $known }
check-format = el formato { $format } no es de este programa
check-format-fix = este programa lee el formato { $known }: escribe format = { $known }
check-identifier = «{ $value }» no sirve como identificador
check-identifier-fix = usa solo minúsculas sin acento, cifras y guiones: "relay-abierto"
check-minutes = una lección dura al menos un minuto
check-minutes-fix = calcula cuánto tarda un alumno y escríbelo en minutos
check-none-of = falta al menos un elemento en «{ $key }»
check-none-of-fix = añade uno; «lab lesson new» escribe un ejemplo de cada cosa
check-reserved-key = «{ $value }» ya es una tecla de la pantalla: no llegaría a la lección
check-reserved-key-fix = elige otra que no sea ninguna de estas: { $reserved }
check-unknown-key-name = «{ $value }» no es ninguna tecla
check-unknown-key-name-fix = escribe una letra, o F1 a F24, Enter, Esc, Tab, BackTab, Space, Backspace, Delete, Insert, Up, Down, Left, Right, Home, End, PageUp, PageDown, con Ctrl-, Alt- o Shift- delante si hace falta
check-key-clash = «{ $value }» ya es la tecla de { $other }
check-key-clash-fix = elige otra, o cambia también la de { $other }
check-named-key = ninguna tecla se llama «{ $name }»
check-named-key-fix = las que un texto puede nombrar son: { $known }
check-named-key-near = ninguna tecla se llama «{ $name }»
check-named-key-near-fix = ¿querías decir {"{"}key:{ $near }{"}"}?
check-no-way-out = sin ninguna tecla para salir te quedarías dentro
check-no-way-out-fix = deja al menos una
check-key-of-toggle = «{ $value }» cambia un parámetro en algunas lecciones ({ $lessons }), y ahí dejaría de hacerlo
check-key-of-toggle-fix = elige otra si haces esas lecciones
check-duplicate = «{ $value }» está repetido
check-duplicate-fix = dale otro nombre u otro valor: aquí cada uno tiene que ser distinto
check-relative-path = la ruta «{ $path }» no es absoluta
check-relative-path-fix = empieza la ruta por «/», como en el disco del servidor: "/etc/postfix/access"
check-unknown-file = en { $host } no hay ningún fichero «{ $path }», ni lo nombra su configuración
check-unknown-file-fix = usa uno de estos: { $known }; una tabla nueva la tiene que nombrar antes main.cf
check-empty = «{ $key }» está vacío
check-empty-fix = escribe algo o quita la línea
check-real-address = { $value } podría ser la dirección de alguien de verdad
check-real-address-fix = usa los rangos de documentación: 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24 o 2001:db8::/32 (RFC 5737, RFC 3849); un cliente también puede estar en 127.0.0.1 o ::1
check-real-domain = «{ $value }» podría ser un dominio de verdad
check-real-domain-fix = usa un nombre acabado en .example o .test (RFC 2606)
check-too-few = aquí hacen falta al menos { $count }
check-too-few-fix = añade los que faltan: con uno no hay nada que elegir
check-unknown-name = «{ $name }» no existe en esta lección
check-unknown-name-fix = los que hay son: { $known }
check-unknown-name-none = «{ $name }» no existe en esta lección
check-unknown-name-none-fix = no hay ninguno declarado: añádelo
check-unknown-name-near = «{ $name }» no existe en esta lección
check-unknown-name-near-fix = ¿querías decir «{ $near }»?
check-correct-options = { $count ->
    [0] ninguna opción es la correcta
   *[other] hay { $count } opciones correctas
}
check-correct-options-fix = pon correct = true en una opción, y solo en una
check-no-port = «{ $value }» no dice a qué puerto se conecta
check-no-port-fix = escribe servidor y puerto: "mail.aula.example:25"
check-verify-without-tls = sin TLS no hay certificado que mirar
check-verify-without-tls-fix = pon tls = "starttls" o tls = "implicit", o quita esta línea
check-goal-kinds = el objetivo tiene { $count ->
    [0] que mirar algo y no mira nada
   *[other] { $count } formas de mirar, y solo puede tener una
}
check-goal-kinds-fix = pon una, y solo una, de estas: probe, ran, mailbox, delivery o queue
check-expect-of-mailbox = de un buzón, una entrega o una cola no se espera ninguna respuesta
check-expect-of-mailbox-fix = quita «expect»: lo que debe cumplirse está en «mailbox», «delivery» o «queue»
check-expect-nothing = este objetivo no espera nada, así que se cumpliría siempre
check-expect-nothing-fix = di en «expect» qué tiene que verse: code, enhanced, text, offers, withholds, certificate, protected o stalled
check-reply-code = { $value } no es un código de respuesta de SMTP
check-reply-code-fix = los códigos van de 200 a 599 (RFC 5321, 4.2.1)
check-enhanced-code = «{ $value }» no casa con un código ampliado de esta respuesta
check-enhanced-code-fix = son tres números, y el primero es la primera cifra del código: 454 va con "4.7.1" (RFC 3463)
check-stage-unreachable = el diálogo no llega a ese momento
check-stage-unreachable-fix = una sonda se para antes de DATA; AUTH necesita «auth», STARTTLS necesita «tls», y MAIL y RCPT necesitan «mail»
check-too-many = aquí va un número entre 1 y { $count }
check-too-many-fix = pon uno que quepa: más solo llevaría tiempo
check-action-kinds = cada paso de la solución hace una sola cosa
check-action-kinds-fix = pon solo una: set, write, run, wait, flush, list_queue, delete_queued, attack, delist o dig
check-hints-uneven = hay { $es ->
        [one] 1 pista
       *[other] { $es } pistas
    } en español y { $en } en inglés
check-hints-uneven-fix = escribe las mismas pistas en los dos idiomas
check-hint-tells = la pista dice el valor de la solución: { $value }
check-hint-tells-fix = di dónde mirar, qué idea hace falta o qué parámetro es, pero no el valor
check-hint-when-nothing = esta pista no dice cuándo se da
check-hint-when-nothing-fix = escribe al menos una de estas: edited, wrote, ran (con expect) o unmet
check-expect-without-ran = «expect» no tiene diálogo al que mirar
check-expect-without-ran-fix = di en «ran» qué diálogo es, o quita «expect»
check-placeholder = aquí no hay nada que poner en lugar de {"{"}{ $name }{"}"}
check-placeholder-fix = {"{"}value{"}"} pide «edited», y {"{"}observed{"}"}, «ran» o «unmet»; no hay otros
check-hint-when-silent = tras hacer lo que dice «tried» { $count ->
    [0] no se da esta pista ({ $observed })
   *[other] no se da esta pista, sino la n.º { $count } del paso ({ $observed })
}
check-hint-when-silent-fix = corrige la condición o «tried»; de las que encajan se da la primera
check-hint-when-solved = lo que dice «tried» alcanza todos los objetivos
check-hint-when-solved-fix = pon un intento que no llegue: la pista es para quien se ha equivocado
check-configuration = Postfix se va a quejar: { $problem }
check-configuration-fix = corrige la línea como la espera postconf(5), salvo que la lección trate de eso
check-unknown-service = «{ $name }» no es un servicio activo del master.cf de { $host }
check-unknown-service-fix = los que hay son: { $known }
check-unknown-parameter = Postfix no tiene el parámetro «{ $name }»
check-unknown-parameter-fix = mira el nombre en postconf(5)
check-unknown-parameter-near = Postfix no tiene el parámetro «{ $name }»
check-unknown-parameter-near-fix = ¿querías decir «{ $near }»?
check-not-imitated = el laboratorio no imita «{ $name }», así que cambiarlo no haría nada
check-not-imitated-fix = usa otro parámetro
check-zone = esta línea de la zona no se entiende: { $problem }
check-zone-fix = escribe NOMBRE IN TIPO DATO, como en un fichero maestro (RFC 1035, 5)
check-world = este mundo no arranca: { $problem }
check-world-fix = corrige lo que dice el mensaje
check-goal-at-start = este objetivo ya se cumple al empezar el paso ({ $observed })
check-goal-at-start-fix = cambia «setup» o el objetivo: un objetivo empieza sin cumplirse
check-goal-not-reached = después de la solución, este objetivo no se cumple ({ $observed })
check-goal-not-reached-fix = corrige la solución o lo que espera el objetivo
check-action-failed = esta parte de la solución no se puede hacer: { $problem }
check-action-failed-fix = corrige el ajuste o el diálogo

nothing-observed = no se vio nada
